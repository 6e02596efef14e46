import { RefillError } from "../../../domain/errors.js";
import type { NamedColumn } from "../../column.js";
import type { TargetColumn, TargetTable } from "./target-table.js";
import { canTake } from "./type-fit.js";

/** More than these are in the details only. */
const maxListed = 20;

/**
 * Holds a table against the columns that are to be written to it.
 * @throws RefillError DESTINATION_TABLE_MISMATCH with every problem in `details.problems`
 */
export function checkTable(request: {
  readonly displayName: string;
  readonly table: Pick<TargetTable, "columns" | "sideEffects">;
  readonly columns: readonly NamedColumn[];
  /** Of the columns: it has to have the very type of the source's. */
  readonly timestampColumn: string;
}): void {
  const { table, columns, timestampColumn } = request;
  const problems = [
    ...columns.flatMap((column) =>
      problemsOf(column, table.columns, column.name === timestampColumn),
    ),
    ...unfilled(table.columns, columns),
    ...table.sideEffects,
  ];
  if (problems.length === 0) return;
  const rest = problems.length - maxListed;
  const more = rest > 0 ? `; and ${rest} more` : "";
  throw new RefillError(
    "DESTINATION_TABLE_MISMATCH",
    `Expected the table ${request.displayName} to take the export's columns; ${problems.slice(0, maxListed).join("; ")}${more}. Alter the table, cast or leave out columns of the export, or name another table.`,
    { details: { problems } },
  );
}

function problemsOf(
  column: NamedColumn,
  table: readonly TargetColumn[],
  isTimestamp: boolean,
): readonly string[] {
  const target = table.find(({ name }) => name === column.name);
  const shown = `${column.name} (${column.typeName})`;
  if (target === undefined) return [`it has no column ${shown}`];
  if (target.isGenerated) return [`it computes its column ${column.name}`];
  const fits = isTimestamp
    ? unmodified(target.type) === unmodified(column.typeName)
    : canTake(target.type, column.typeName);
  return fits ? [] : [`its ${target.name} is ${target.type}, got ${shown}`];
}

/** A timestamp with fewer digits could be rounded into the next interval: only the full ones will do. */
function unmodified(type: string): string {
  return type.replace("(6)", "");
}

function unfilled(
  table: readonly TargetColumn[],
  columns: readonly NamedColumn[],
): readonly string[] {
  const exported = new Set(columns.map(({ name }) => name));
  return table
    .filter(({ name, isRequired }) => isRequired && !exported.has(name))
    .map(({ name }) => `its ${name} is NOT NULL, without a default`);
}
