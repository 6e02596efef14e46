import type { FieldDef, Pool } from "pg";
import type ts from "typescript";
import { Sql } from "../../../../src/store/database/sql.js";
import { LedgerTypes } from "./ledger-types.js";
import { type Recorded, Recorder } from "./recorder.js";
import { rowDifferences } from "./row-differences.js";
import { StandIns } from "./stand-ins.js";
import type {
  StatementFunction,
  StoreSource,
  Template,
} from "./store-source.js";

/**
 * Has Postgres prepare every statement of a folder, and compares the columns with the row's type. Each function that takes
 * a connection is called with made-up arguments, and with others for each choice that its types leave. What was not reached
 * in this way is a finding too, so a new statement is checked without being listed anywhere.
 */
export async function checkStatements(
  pool: Pool,
  source: StoreSource,
): Promise<readonly string[]> {
  const types = await LedgerTypes.read(pool);
  const recorder = new Recorder(pool, types);
  const standIns = new StandIns(source.checker, recorder.connection);
  for (const each of source.functions()) {
    await callInAllWays(each, standIns, recorder);
  }
  const templates = byKey(source.templates());
  return [
    ...new Set([
      ...recorder.recorded.flatMap((recorded) =>
        mistakesIn(
          recorded,
          templates.get(keyOf(recorded.statement)) ?? [],
          (row, columns) => rowDifferences(source.checker, row, columns, types),
        ),
      ),
      ...unchecked(templates, recorder.recorded),
    ]),
  ];
}

function mistakesIn(
  { text, description: { error, columns } }: Recorded,
  written: readonly Template[],
  differences: (
    row: ts.Type,
    columns: readonly FieldDef[],
  ) => readonly string[],
): readonly string[] {
  if (written.length === 0) return [`is not written as one piece: ${text}`];
  return written.flatMap(({ place, row }) => {
    if (error !== null) return [`${place}: ${error.message} in: ${text}`];
    if (row === null) return [];
    return differences(row, columns).map((each) => `${place}: ${each}`);
  });
}

/** A row's type is compared only where the statement itself was seen; for a part without one it is enough to be in some. */
function unchecked(
  templates: ReadonlyMap<string, readonly Template[]>,
  recorded: readonly Recorded[],
): readonly string[] {
  const seen = new Set(recorded.map(({ statement }) => keyOf(statement)));
  const within = new Set(
    recorded.flatMap(({ statement }) => keysWithin(statement)),
  );
  return [...templates].flatMap(([key, written]) => {
    const typed = written.filter(({ row }) => row !== null);
    const [first, second] = typed;
    return [
      ...(second !== undefined && first !== undefined
        ? [`${second.place}: says the same as ${first.place}: share it`]
        : []),
      ...written
        .filter(({ row }) => !(row === null ? within : seen).has(key))
        .map(({ place }) => `${place}: is in no statement that was run`),
    ];
  });
}

async function callInAllWays(
  { file, exportName, signature }: StatementFunction,
  standIns: StandIns,
  recorder: Recorder,
): Promise<void> {
  const module = (await import(file)) as Readonly<
    Record<string, (...given: readonly unknown[]) => unknown>
  >;
  for (const given of standIns.argumentsOf(signature)) {
    for (const hasRows of [true, false]) {
      recorder.hasRows = hasRows;
      try {
        await module[exportName]?.(...given);
      } catch {
        // A made-up row leads anywhere. What was not reached because of it is a finding.
      }
    }
  }
}

function byKey(
  templates: readonly Template[],
): ReadonlyMap<string, readonly Template[]> {
  const found = new Map<string, Template[]>();
  for (const template of templates) {
    const key = keyOf(template);
    found.set(key, [...(found.get(key) ?? []), template]);
  }
  return found;
}

function keyOf({ strings }: { readonly strings: readonly string[] }): string {
  return JSON.stringify(strings);
}

/** Those of a statement and of its parts. */
function keysWithin(statement: Sql): readonly string[] {
  return [
    keyOf(statement),
    ...statement.parts.flatMap((part) =>
      part instanceof Sql ? keysWithin(part) : [],
    ),
  ];
}
