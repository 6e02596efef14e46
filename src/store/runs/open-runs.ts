import type { Fence } from "../../contract/activities.js";
import type { Queryable } from "../database/queryable.js";
import { execute, readRow, readRows } from "../database/run-statement.js";
import { matches, type Sql, sql } from "../database/sql.js";
import type {
  BackfillRunReference,
  LiveRunReference,
} from "./run-reference.js";

export interface OpenRun {
  readonly ordinal: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly recordsExpected: number | null;
}

interface DueRow {
  readonly ordinal: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly records_expected: number | null;
}

/** The interval of the run `r`, in milliseconds since the epoch, as `start_ms` and `end_ms`. */
export const intervalMs = sql`
  (extract(epoch from r.data_interval_start) * 1000)::double precision as start_ms,
  (extract(epoch from r.data_interval_end) * 1000)::double precision as end_ms`;

/** Whether the open run `r` may be tried now. */
export const isDue = sql`(r.next_attempt_at is null or r.next_attempt_at <= now())`;

/** The next open runs that are due, in the order of export. `[from, to)` bounds their ordinals. */
export async function listDueRuns(
  db: Queryable,
  input: Fence & {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  },
): Promise<readonly OpenRun[]> {
  const rows = await readRows(
    db,
    sql<DueRow>`
      select r.ordinal, ${intervalMs}, r.records_expected::double precision as records_expected
      from refill.run r
      join refill.backfill b on b.id = r.open_backfill_id
      where r.open_backfill_id = ${input.backfillId} and b.generation = ${input.generation} and b.planned_at is not null
        and r.ordinal >= ${input.from} and r.ordinal < ${input.to}
        and ${isDue}
      order by r.ordinal
      limit ${input.limit}`,
  );
  return rows.map((row) => ({
    ordinal: row.ordinal,
    startMs: row.start_ms,
    endMs: row.end_ms,
    recordsExpected: row.records_expected,
  }));
}

/** How long until the next open run is due, in milliseconds; null when no run is open. */
export async function msUntilNextDue(
  db: Queryable,
  backfillId: string,
): Promise<number | null> {
  const row = await readRow(
    db,
    sql<{ wait_ms: number | null }>`
      select (extract(epoch from min(coalesce(next_attempt_at, now())) - now()) * 1000)::double precision as wait_ms
      from refill.run where open_backfill_id = ${backfillId}`,
  );
  const waitMs = row?.wait_ms ?? null;
  return waitMs === null ? null : Math.max(0, Math.ceil(waitMs));
}

/** A run that is marked as at work. */
export interface LostRun {
  readonly id: string;
  readonly attempt: number;
  readonly claimToken: number;
}

/** What a lane of a backfill has to itself while its activity lasts. */
export interface LaneShare {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
}

/** Whose runs at work to list. A lane of a backfill has its batch and its slot, one of a schedule its slot. Null: all lanes. */
export type WorkOwner =
  | { readonly backfillId: string; readonly lane: LaneShare | null }
  | { readonly scheduleId: string; readonly slot: number | null };

/** Runs that are marked as at work, in the order of export. */
export async function listRunsAtWork(
  db: Queryable,
  owner: WorkOwner,
): Promise<readonly LostRun[]> {
  const rows = await readRows(
    db,
    sql<{ id: string; attempt: number; claim_token: bigint }>`
      select id, attempt, claim_token from refill.run
      where status = 'Running' and ${isOf(owner)}
      order by ordinal`,
  );
  return rows.map((row) => ({
    id: row.id,
    attempt: row.attempt,
    claimToken: Number(row.claim_token),
  }));
}

function isOf(owner: WorkOwner): Sql {
  if ("scheduleId" in owner) {
    return sql`schedule_id = ${owner.scheduleId} and ${matches(sql`slot`, owner.slot)}`;
  }
  const { backfillId, lane } = owner;
  return lane === null
    ? sql`open_backfill_id = ${backfillId}`
    : sql`open_backfill_id = ${backfillId}
        and ((ordinal >= ${lane.from} and ordinal < ${lane.to}) or slot = ${lane.slot})`;
}

/** Puts off a run whose interval is held or whose destination is full. It costs no attempt. */
export async function deferRun(
  db: Queryable,
  run: Omit<BackfillRunReference, "generation"> | LiveRunReference,
  delayMs: number,
): Promise<void> {
  const isIt =
    "runId" in run
      ? sql`id = ${run.runId}`
      : sql`open_backfill_id = ${run.backfillId} and ordinal = ${run.ordinal}`;
  await execute(
    db,
    sql`
      update refill.run
      set next_attempt_at = now() + ${delayMs} * interval '1 millisecond', last_updated_at = now()
      where ${isIt} and status = 'Starting'`,
  );
}
