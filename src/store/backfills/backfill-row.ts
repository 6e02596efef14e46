import type { Control } from "../../contract/control.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import type { CancelMode } from "../../domain/backfills/cancel-mode.js";
import type { PauseCause } from "../../domain/backfills/pause-cause.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import { type RangePairs, rangePairs } from "../database/multirange.js";
import type { Queryable } from "../database/queryable.js";
import { readRow, readRows } from "../database/run-statement.js";
import { identifier, list, matches, type Sql, sql } from "../database/sql.js";

/** A backfill as stored, with its ledger in numbers. Timestamps are texts of Postgres, in UTC. */
export interface BackfillRow {
  readonly id: string;
  readonly team: number;
  readonly batch_export_id: string;
  readonly export_name: string;
  readonly definition_version: number;
  /** The version that it was started with; null: it still pins that. */
  readonly repinned_from: number | null;
  readonly start_at: string | null;
  readonly end_at: string | null;
  readonly range_end: string;
  /** The time that it holds against others while it is open. */
  readonly reach: RangePairs;
  readonly overlap: Overlap;
  readonly run_order: "oldest" | "newest";
  readonly concurrency: number;
  readonly stop_after: number;
  readonly time_limit_ms: bigint | null;
  readonly note: string | null;
  readonly requested_by: string;
  readonly status: BackfillStatus;
  readonly generation: number;
  readonly execution_index: number;
  readonly temporal_namespace: string;
  readonly temporal_cluster_id: string;
  readonly first_execution_run_id: string | null;
  readonly start_confirmed_at: string | null;
  readonly cancel_requested_at: string | null;
  readonly cancel_mode: CancelMode | null;
  readonly paused_at: string | null;
  readonly pause_cause: PauseCause | null;
  readonly paused_reason: string | null;
  readonly control_version: number;
  /** The version of its control that Temporal holds. */
  readonly control_delivered: number;
  readonly failure: ErrorObject | null;
  readonly planned_at: string | null;
  readonly plan_digest: string | null;
  readonly adjusted_start_at: string | null;
  readonly total_runs: number | null;
  readonly estimated_records: bigint | null;
  readonly warnings: readonly string[];
  /** Null: not planned, or planned before they were recorded. */
  readonly source_columns: readonly StoredColumn[] | null;
  readonly total_records: bigint | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly last_updated_at: string;
  readonly tally: Tally;
}

/** A column that a plan found at the source. */
export interface StoredColumn {
  readonly name: string;
  readonly type: string;
}

/** How many runs of a backfill stand where, and what they exported. Always equal to the ledger. */
export interface Tally {
  readonly starting: number;
  readonly running: number;
  readonly completed: number;
  readonly empty: number;
  readonly failed: number;
  readonly failed_retryable: number;
  readonly timed_out: number;
  readonly cancelled: number;
  readonly terminated: number;
  readonly records: bigint;
  readonly bytes: bigint;
}

const tallyColumns = [
  "starting",
  "running",
  "completed",
  "empty",
  "failed",
  "failed_retryable",
  "timed_out",
  "cancelled",
  "terminated",
].map(identifier);

/** Columns of a `BackfillRow`; the tally's are flat and prefixed. Only a finished plan's tally is shown. */
export const selectBackfill = sql`
  select
    b.id, b.team, b.batch_export_id, e.name as export_name, b.definition_version,
    b.repinned_from, b.start_at, b.end_at, b.range_end,
    ${rangePairs(sql`b.reach`)} as reach, b.overlap, b.run_order, b.concurrency, b.stop_after, b.time_limit_ms,
    b.note, b.requested_by, b.status, b.generation, b.execution_index, b.temporal_namespace, b.temporal_cluster_id,
    b.first_execution_run_id, b.start_confirmed_at,
    b.cancel_requested_at, b.cancel_mode, b.paused_at, b.pause_cause, b.paused_reason, b.control_version,
    b.control_delivered, b.failure, b.planned_at, b.plan_digest, b.adjusted_start_at, b.total_runs,
    b.estimated_records, b.warnings, b.source_columns, b.total_records, b.created_at, b.started_at, b.finished_at,
    greatest(b.last_updated_at, t.changed_at) as last_updated_at,
    ${list(tallyColumns.map((name) => sql`coalesce(t.${name}, 0)::integer as tally_${name}`))},
    coalesce(t.records, 0)::bigint as tally_records,
    coalesce(t.bytes, 0)::bigint as tally_bytes
  from refill.backfill b
  join refill.batch_export e on e.id = b.batch_export_id
  left join lateral (
    select
      ${list(tallyColumns.map((name) => sql`sum(${name}) as ${name}`))},
      sum(records) as records, sum(bytes) as bytes, max(changed_at) as changed_at
    from refill.run_tally where backfill_id = b.id and b.planned_at is not null
  ) t on true`;

/** What is asked of a backfill, from the columns of its row. */
export function controlOf(
  row: Pick<
    BackfillRow,
    | "control_version"
    | "concurrency"
    | "pause_cause"
    | "paused_reason"
    | "cancel_mode"
  >,
): Control {
  return {
    version: row.control_version,
    concurrency: row.concurrency,
    pause:
      row.pause_cause === null
        ? null
        : { cause: row.pause_cause, reason: row.paused_reason },
    cancel: row.cancel_mode,
  };
}

/** The backfill of this id, or null. */
export async function findBackfill(
  db: Queryable,
  id: string,
): Promise<BackfillRow | null> {
  const row = await readRow(
    db,
    sql<FlatRow>`${selectBackfill} where b.id = ${id}`,
  );
  return row === null ? null : fromFlat(row);
}

/** Which backfills are listed. Null filters nothing. */
export interface BackfillFilter {
  readonly batchExportId: string | null;
  readonly team: number | null;
  readonly status: BackfillStatus | null;
}

/** Whether the backfill `b` passes a filter. */
export function passes({ batchExportId, team, status }: BackfillFilter): Sql {
  return sql`${matches(sql`b.batch_export_id`, batchExportId)}
    and ${matches(sql`b.team`, team)} and ${matches(sql`b.status`, status)}`;
}

/** Newest first. */
export async function listBackfillRows(
  db: Queryable,
  filter: BackfillFilter & { readonly limit: number },
): Promise<readonly BackfillRow[]> {
  const rows = await readRows(
    db,
    sql<FlatRow>`
      ${selectBackfill}
      where ${passes(filter)}
      order by b.created_at desc, b.id desc
      limit ${filter.limit}`,
  );
  return rows.map(fromFlat);
}

/** The open backfills that belong to a Temporal namespace, oldest first. */
export async function listOpenBackfills(
  db: Queryable,
  temporalNamespace: string,
): Promise<readonly BackfillRow[]> {
  const rows = await readRows(
    db,
    sql<FlatRow>`
      ${selectBackfill}
      where b.open_id is not null and b.temporal_namespace = ${temporalNamespace}
      order by b.created_at, b.id`,
  );
  return rows.map(fromFlat);
}

/** A row as the driver gives it. */
export type FlatRow = Omit<BackfillRow, "tally"> & {
  readonly [Name in keyof Tally as `tally_${Name}`]: Tally[Name];
};

/** Puts the flat columns of `selectBackfill` into their places. */
export function fromFlat(flat: FlatRow): BackfillRow {
  const entries = Object.entries(flat);
  const tally = entries
    .filter(([name]) => name.startsWith("tally_"))
    .map(([name, value]) => [name.slice("tally_".length), value] as const);
  const own = entries.filter(([name]) => !name.startsWith("tally_"));
  return {
    ...(Object.fromEntries(own) as unknown as Omit<BackfillRow, "tally">),
    tally: Object.fromEntries(tally) as unknown as Tally,
  };
}
