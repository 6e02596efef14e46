import type { Queryable } from "./queryable.js";

/** SQL that makes the schema `refill` and, in it, the table of what was applied. */
export const createHistory = `
  create schema if not exists refill;
  create table refill.migration (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`;

/** A row of `refill.migration`. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly sha256: string;
}

/** What was applied to a database, in order; nothing where there is no schema yet. */
export async function readApplied(
  db: Queryable,
): Promise<readonly AppliedMigration[]> {
  const { rows: found } = await db.query<{ exists: boolean }>(
    "select to_regclass('refill.migration') is not null as exists",
  );
  if (found[0]?.exists !== true) return [];
  const { rows } = await db.query<AppliedMigration>(
    "select version, name, sha256 from refill.migration order by version",
  );
  return rows;
}
