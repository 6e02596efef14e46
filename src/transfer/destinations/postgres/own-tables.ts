import { createHash } from "node:crypto";
import { quoteIdentifier } from "../../sources/postgres/quote.js";
import type { TargetSession } from "./target-session.js";

/** Refill's own schema at the target: what is staged, and which claim published what. */
const ownSchema = "refill_export";

/** One row for each interval that was published, also for those that turned out empty: the fence against older claims. */
export const publishedTable = `${ownSchema}.published`;

/** Any number: it only has to be the same in every worker. */
const creationLock = 4_730_251_905;

/** Makes the schema and its table where they are not there. @throws RefillError DESTINATION_* */
export async function ensureOwnTables(session: TargetSession): Promise<void> {
  if (await hasOwnTables(session)) return;
  await session.transaction(async () => {
    await session.query("select pg_advisory_xact_lock($1)", [creationLock]);
    const { rows } = await session.query<{ found: boolean }>(
      "select to_regnamespace($1) is not null as found",
      [ownSchema],
    );
    // `if not exists` asks for the right to create schemas even where there is nothing to create.
    if (rows[0]?.found !== true) {
      await session.query(`create schema ${ownSchema}`);
    }
    await session.query(`
      create table if not exists ${publishedTable} (
        batch_export_id uuid not null,
        key text not null,
        data_interval_start timestamptz not null,
        data_interval_end timestamptz not null,
        token bigint not null,
        records bigint not null,
        bytes bigint not null,
        columns text[] not null,
        types text[] not null,
        published_at timestamptz not null default now(),
        primary key (batch_export_id, key)
      )`);
  });
}

/** Whether anything was ever published to this database. */
export async function hasOwnTables(session: TargetSession): Promise<boolean> {
  const { rows } = await session.query<{ found: boolean }>(
    "select to_regclass($1) is not null as found",
    [publishedTable],
  );
  return rows[0]?.found === true;
}

/** The table that a claim stages into: no other claim, interval or export has the same. */
export function stagingTable(claim: {
  readonly batchExportId: string;
  readonly key: string;
  readonly token: number;
}): string {
  const hash = createHash("sha256")
    .update(`${claim.batchExportId}/${claim.key}`)
    .digest("hex");
  return `${ownSchema}.${quoteIdentifier(`stage_${hash.slice(0, 24)}_${claim.token}`)}`;
}

/** Cuts off whoever still writes to a staging table, which is a claim that was taken for dead, and drops it. */
export async function dropStaging(
  session: TargetSession,
  table: string,
): Promise<void> {
  await session.query(
    `select pg_terminate_backend(held.pid)
     from pg_locks held join pg_stat_activity activity on activity.pid = held.pid
     where held.locktype = 'relation' and held.relation = to_regclass($1)
       and held.database = (select oid from pg_database where datname = current_database())
       and held.pid <> pg_backend_pid() and activity.usename = current_user`,
    [table],
  );
  await session.query(`drop table if exists ${table}`);
}
