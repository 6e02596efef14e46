import type { PoolClient } from "pg";
import { isRefillError, RefillError } from "../../domain/errors.js";
import { isUnavailable } from "./classify-error.js";
import { namesLeftOut, readSchema } from "./dump-schema.js";
import type { Migration } from "./migration-files.js";
import {
  type AppliedMigration,
  createHistory,
  replaceApplied,
} from "./migration-rows.js";
import { assertOldNumberingIsComplete } from "./old-numbering.js";

/**
 * Replaces a history of the fifteen old migrations by today's first one, in one transaction. Nothing but
 * `refill.migration` changes. The caller holds the lock of migrators, and destroys the connection after an error.
 * @throws RefillError DATABASE_SCHEMA_MISMATCH when that is not exactly what the database holds
 */
export async function renumberHistory(
  client: PoolClient,
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): Promise<void> {
  assertOldNumberingIsComplete(applied);
  const [first] = migrations;
  if (first === undefined) return;
  try {
    await client.query("begin");
    await assertSchemaIsThatOf(client, first);
    await replaceApplied(client, first);
    await client.query("commit");
  } catch (error) {
    if (isUnavailable(error) || isRefillError(error)) throw error;
    throw new RefillError(
      "INTERNAL",
      `Renumbering the migrations failed and was rolled back: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

async function assertSchemaIsThatOf(
  client: PoolClient,
  first: Migration,
): Promise<void> {
  const expected = await readSchemaMadeBy(client, first);
  const unknown = await namesLeftOut(client);
  const differences = compareSchemas(expected, await readSchema(client));
  const differing = unknown.concat(differences);
  if (differing.length === 0) return;
  const shown = differing.slice(0, 5).join(", ");
  const others = differing.length > 5 ? ", and others" : "";
  throw new RefillError(
    "DATABASE_SCHEMA_MISMATCH",
    `This database has the old numbering of migrations at its last version, but someone changed the schema \`refill\` since: ${shown}${others}. Undo that change, then run \`refill migrate\` again.`,
    { details: { differing } },
  );
}

/**
 * What the first migration makes on this very server: another version of Postgres may write the same schema differently. The
 * live schema is out of the way only inside this transaction; other sessions see nothing, and no table is locked.
 */
async function readSchemaMadeBy(
  client: PoolClient,
  first: Migration,
): Promise<string> {
  await client.query("savepoint trial");
  await client.query("alter schema refill rename to refill_live");
  await client.query(createHistory);
  await client.query(first.sql);
  const schema = await readSchema(client);
  await client.query("rollback to savepoint trial");
  return schema;
}

/** Names what differs. Parentheses don't count: a schema restored from a dump has fewer of the redundant ones. */
function compareSchemas(expected: string, found: string): readonly string[] {
  const [before, after] = [statementsOf(expected), statementsOf(found)];
  const changed = [
    Array.from(before).filter((statement) => !after.has(statement)),
    Array.from(after).filter((statement) => !before.has(statement)),
  ].flat();
  return Array.from(new Set(changed.map(describeStatement)));
}

function statementsOf(schema: string): ReadonlySet<string> {
  const bare = schema.replaceAll(/[()]/g, "");
  return new Set(bare.split(/\n\n(?=create |alter table )/i));
}

/** As in "table refill.run" or "index run_by_export". */
function describeStatement(statement: string): string {
  const found = /\b(table|index|trigger|function) ([\w.]+)/i.exec(statement);
  const [, kind = "", name = ""] = found ?? [];
  return `${kind.toLowerCase()} ${name}`.trim();
}
