import type { Migration } from "./migration-files.js";
import type { Queryable } from "./queryable.js";
import { execute, readRow, readRows } from "./run-statement.js";
import { sql } from "./sql.js";

/** A migration as the database remembers it. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly sha256: string;
}

/** What was applied, in order; nothing where the schema is not there. */
export async function listApplied(
  db: Queryable,
): Promise<readonly AppliedMigration[]> {
  const history = await readRow(
    db,
    sql<{ exists: boolean }>`
      select to_regclass('refill.migration') is not null as exists`,
  );
  if (history?.exists !== true) return [];
  return readRows(
    db,
    sql<AppliedMigration>`
      select version, name, sha256 from refill.migration order by version`,
  );
}

/** Remembers a migration. */
export async function insertApplied(
  db: Queryable,
  { version, name, sha256 }: Migration,
): Promise<void> {
  await execute(
    db,
    sql`
      insert into refill.migration (version, name, sha256)
      values (${version}, ${name}, ${sha256})`,
  );
}
