import type { Pool, PoolClient } from "pg";
import { RefillError } from "../../domain/errors.js";
import { describeUnavailable, isUnavailable } from "./classify-error.js";
import type { Migration } from "./migration-files.js";
import { ownSqlFolder, readMigrations } from "./migration-files.js";
import {
  type AppliedMigration,
  createHistory,
  insertApplied,
  listApplied,
} from "./migration-rows.js";
import {
  assertOldNumberingIsComplete,
  isOldNumbering,
} from "./old-numbering.js";
import { createPool } from "./pool.js";
import type { Queryable } from "./queryable.js";
import { renumberHistory } from "./renumber-history.js";

/** The schema's version before and after, in today's numbering, and the names of the files applied in between. */
export interface MigrationResult {
  /** Whether the history had the old numbering until now. */
  readonly renumbered: boolean;
  readonly from: number;
  readonly to: number;
  readonly applied: readonly string[];
}

type MigrationTarget = {
  /** Absent: the files of this package. */
  readonly sqlFolder?: string;
} & ({ readonly pool: Pool } | { readonly connectionString: string });

/**
 * Brings the schema `refill` up to date: each file in a transaction of its own, together with its row in
 * `refill.migration`. Safe when many processes do it at once: they take turns, and all but the first find nothing to do.
 * @throws RefillError DATABASE_SCHEMA_MISMATCH, DATABASE_UNAVAILABLE
 */
export async function migrate(
  target: MigrationTarget,
): Promise<MigrationResult> {
  const migrations = await readMigrations(target.sqlFolder ?? ownSqlFolder);
  if ("pool" in target) return withLock(target.pool, migrations);
  const pool = createPool({
    connectionString: target.connectionString,
    max: 1,
    applicationName: "refill migrate",
  });
  try {
    return await withLock(pool, migrations);
  } finally {
    await pool.end();
  }
}

/**
 * Passes when the database has exactly the schema of this code.
 * @throws RefillError DATABASE_NOT_MIGRATED, DATABASE_SCHEMA_MISMATCH
 */
export async function assertMigrated(
  db: Queryable,
  sqlFolder: string = ownSqlFolder,
): Promise<void> {
  const migrations = await readMigrations(sqlFolder);
  const applied = await listApplied(db);
  if (isOldNumbering(applied)) refuseOldNumbering(applied);
  assertSameHistory(applied, migrations);
  if (applied.length === migrations.length) return;
  throw new RefillError(
    "DATABASE_NOT_MIGRATED",
    `Expected the ledger's schema at version ${migrations.length}, got ${applied.length}: run \`refill migrate\`.`,
    { details: { expected: migrations.length, got: applied.length } },
  );
}

/** The lock belongs to the session: a migrator that dies lets go of it. */
async function withLock(
  pool: Pool,
  migrations: readonly Migration[],
): Promise<MigrationResult> {
  const client = await pool.connect();
  try {
    await client.query(
      "select pg_advisory_lock(hashtextextended('refill.migrate', 0))",
    );
    return await applyMissing(client, migrations);
  } catch (error) {
    throw describeUnavailable(error);
  } finally {
    // Destroying the connection lets go of the lock, whatever state an error left it in.
    client.release(true);
  }
}

async function applyMissing(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<MigrationResult> {
  const found = await listApplied(client);
  const renumbered = isOldNumbering(found);
  if (renumbered) await renumberHistory(client, found, migrations);
  const applied = renumbered ? await listApplied(client) : found;
  assertSameHistory(applied, migrations);
  const missing = migrations.slice(applied.length);
  for (const migration of missing) await apply(client, migration);
  return {
    renumbered,
    from: applied.length,
    to: migrations.length,
    applied: missing.map(({ name }) => name),
  };
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  const { version, name, sql } = migration;
  try {
    await client.query("begin");
    if (version === 1) await client.query(createHistory);
    await client.query(sql);
    await insertApplied(client, migration);
    await client.query("commit");
  } catch (error) {
    if (isUnavailable(error)) throw error;
    throw new RefillError(
      "INTERNAL",
      `Migration ${name} failed and was rolled back: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

function refuseOldNumbering(applied: readonly AppliedMigration[]): never {
  assertOldNumberingIsComplete(applied);
  throw new RefillError(
    "DATABASE_NOT_MIGRATED",
    "This database has the old numbering of migrations. Run `refill migrate`: it renumbers them and leaves ids and data as they are.",
    { details: { got: applied.length } },
  );
}

/** What was applied must be the beginning of what this code would apply. */
function assertSameHistory(
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): void {
  if (applied.length > migrations.length) {
    throw new RefillError(
      "DATABASE_SCHEMA_MISMATCH",
      `Expected the ledger's schema at version ${migrations.length} or earlier, got ${applied.length}: a newer Refill migrated this database. Run that version or a later one.`,
      { details: { expected: migrations.length, got: applied.length } },
    );
  }
  for (const [index, { version, name, sha256 }] of applied.entries()) {
    const own = migrations[index];
    if (own?.version === version && own.sha256 === sha256) continue;
    throw new RefillError(
      "DATABASE_SCHEMA_MISMATCH",
      `Expected migration ${own?.name ?? name} as this Refill has it, got another text of it in the database: a migration was edited after it was applied. Restore the file, and put the change into a new migration.`,
      {
        details: {
          migration: name,
          expected: own?.sha256 ?? null,
          got: sha256,
        },
      },
    );
  }
}
