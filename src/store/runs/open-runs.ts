import type { Fence } from "../../contract/activities.js";
import type { Queryable } from "../database/queryable.js";

export interface OpenRun {
  readonly ordinal: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly recordsExpected: number | null;
}

/** The next open runs that are due, in the order of export. `[from, to)` bounds their ordinals. */
export async function listDueRuns(
  db: Queryable,
  input: Fence & {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  },
): Promise<readonly OpenRun[]> {
  const { rows } = await db.query<{
    ordinal: number;
    start_ms: number;
    end_ms: number;
    records_expected: number | null;
  }>(
    `select r.ordinal,
       (extract(epoch from r.data_interval_start) * 1000)::double precision as start_ms,
       (extract(epoch from r.data_interval_end) * 1000)::double precision as end_ms,
       r.records_expected::double precision as records_expected
     from refill.run r
     join refill.backfill b on b.id = r.open_backfill_id
     where r.open_backfill_id = $1 and b.generation = $2 and b.planned_at is not null
       and r.ordinal >= $3 and r.ordinal < $4
       and (r.next_attempt_at is null or r.next_attempt_at <= now())
     order by r.ordinal
     limit $5`,
    [input.backfillId, input.generation, input.from, input.to, input.limit],
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
  const { rows } = await db.query<{ wait_ms: number | null }>(
    `select (extract(epoch from min(coalesce(next_attempt_at, now())) - now()) * 1000)::double precision as wait_ms
     from refill.run where open_backfill_id = $1`,
    [backfillId],
  );
  const waitMs = rows[0]?.wait_ms ?? null;
  return waitMs === null ? null : Math.max(0, Math.ceil(waitMs));
}

export interface LostRun {
  readonly id: string;
  readonly ordinal: number;
  readonly attempt: number;
  readonly claimToken: number;
}

/** What a lane has to itself while its activity lasts. */
export interface LaneShare {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
}

/** Runs that are marked as at work: of one lane's batch or in its slot, or, with null, of the whole backfill. */
export async function listRunsAtWork(
  db: Queryable,
  backfillId: string,
  lane: LaneShare | null,
): Promise<readonly LostRun[]> {
  const { rows } = await db.query<{
    id: string;
    ordinal: number;
    attempt: number;
    claim_token: bigint;
  }>(
    `select id, ordinal, attempt, claim_token from refill.run
     where open_backfill_id = $1 and status = 'Running'
       and ($2::integer is null or (ordinal >= $2 and ordinal < $3) or slot = $4)
     order by ordinal`,
    [backfillId, lane?.from ?? null, lane?.to ?? null, lane?.slot ?? null],
  );
  return rows.map((row) => ({
    id: row.id,
    ordinal: row.ordinal,
    attempt: row.attempt,
    claimToken: Number(row.claim_token),
  }));
}

/** Puts off a run whose interval another run is at work on. It costs no attempt. */
export async function deferRun(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly ordinal: number;
    readonly delayMs: number;
  },
): Promise<void> {
  await db.query(
    `update refill.run set next_attempt_at = now() + $3 * interval '1 millisecond', last_updated_at = now()
     where open_backfill_id = $1 and ordinal = $2 and status = 'Starting'`,
    [input.backfillId, input.ordinal, input.delayMs],
  );
}
