import type { Migration } from "./migration-files.js";
import type { Queryable } from "./queryable.js";
import { execute, readRow, readRows } from "./run-statement.js";
import { sql } from "./sql.js";

/** SQL that makes the schema `refill` and, in it, the table of what was applied. */
export const createHistory = `
  create schema if not exists refill;
  create table refill.migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`;

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

/** Replaces the rows of a history by the one of the first migration. To be called in a transaction. */
export async function replaceApplied(
  db: Queryable,
  { name, sha256 }: Migration,
): Promise<void> {
  await execute(db, sql`delete from refill.migration where version > 1`);
  await execute(
    db,
    sql`
      update refill.migration set name = ${name}, sha256 = ${sha256}, applied_at = now()
      where version = 1`,
  );
}
