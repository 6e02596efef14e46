import type { ErrorObject } from "../../contract/objects/error.js";
import type { FileObject } from "../../contract/objects/run.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import { affectsOne, readRow } from "../database/run-statement.js";
import { json, parameter, sql } from "../database/sql.js";
import type { PublishedRecord } from "./claims.js";
import { claimIsOfRun } from "./interval-claim.js";

/** A run at work under a claim: every write of its end is held to both. */
export interface RunAtWork {
  readonly runId: string;
  readonly token: number;
}

/**
 * Completes a run and releases its claim. False, and nothing written, when the claim has passed to another or the run
 * is no longer at work. Call it before publishing and commit after, so that the claim's row stays locked in between.
 */
export async function completeRun(
  db: Queryable,
  run: RunAtWork,
  result: {
    readonly records: number;
    readonly bytes: number;
    readonly files: readonly FileObject[];
    readonly skipReason: string | null;
    readonly published: PublishedRecord;
  },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      with released as (
        update refill.interval_claim c
        set run_id = null, staged = '[]', published = ${json(result.published)}
        from refill.run r
        where r.id = ${run.runId} and ${claimIsOfRun} and c.token = ${run.token}
        returning c.token, r.backfill_id
      ), streak as (
        update refill.failure_streak s set length = 0
        from released
        where s.backfill_id = released.backfill_id and s.length > 0
      )
      update refill.run r set
        status = 'Completed', records_completed = ${result.records}, bytes_exported = ${result.bytes},
        files = ${json(result.files)}, skip_reason = ${result.skipReason},
        latest_error = null, finished_at = now(), last_updated_at = now()
      from released
      where r.id = ${run.runId} and r.status = 'Running' and r.claim_token = ${run.token}`,
  );
}

/** Whether this very attempt completed the run: tells a commit whose answer was lost from one that never happened. */
export async function isCompletedBy(
  db: Queryable,
  run: RunAtWork,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      select 1 from refill.run
      where id = ${run.runId} and claim_token = ${run.token} and status = 'Completed'`,
  );
}

/** How a run leaves work without a result. */
export interface RunSetback {
  /** Starting: it is to be tried again. */
  readonly status: Extract<
    RunStatus,
    "Starting" | "Failed" | "FailedRetryable" | "TimedOut" | "Cancelled"
  >;
  /** Null: keeps the error of an earlier attempt. */
  readonly error: ErrorObject | null;
  /** From now until the next attempt; null: at once. */
  readonly retryInMs: number | null;
  /** False where the attempt was cut short through no fault of the run's. */
  readonly countsAsAttempt: boolean;
}

/** What a setback left behind. */
export interface SetbackResult {
  /** How many of the backfill's runs, this one the last of them, have now closed with the same failure; 0: it did not close so. */
  readonly failureStreak: number;
}

/**
 * Writes a setback with its attempt, and releases the claim. Null, and nothing written, when the run is no longer this
 * attempt's.
 */
export async function setRunBack(
  db: Queryable,
  run: RunAtWork,
  setback: RunSetback,
): Promise<SetbackResult | null> {
  const status = parameter(setback.status);
  const error = parameter(json(setback.error));
  const uncounted = sql`case when ${parameter(setback.countsAsAttempt)} then 0 else 1 end`;
  // The claim's row is locked before the run's, as a claim and a completion do: in another order they could deadlock.
  const row = await readRow(
    db,
    sql<{ written: boolean; streak: number }>`
      with claim as materialized (
        select c.batch_export_id, c.data_interval_start, c.data_interval_end
        from refill.interval_claim c
        join refill.run r on ${claimIsOfRun}
        where r.id = ${run.runId}
        for update of c
      ), released as (
        update refill.interval_claim c set run_id = null
        from claim
        where c.batch_export_id = claim.batch_export_id and c.data_interval_start = claim.data_interval_start
          and c.data_interval_end = claim.data_interval_end and c.run_id = ${run.runId} and c.token = ${run.token}
      ), back as (
        update refill.run r set
          status = ${status},
          latest_error = coalesce(${error}, r.latest_error),
          next_attempt_at = case
            when ${status} = 'Starting' then now() + ${setback.retryInMs} * interval '1 millisecond'
          end,
          attempt = r.attempt - ${uncounted},
          finished_at = case when ${status} <> 'Starting' then now() end,
          last_updated_at = now()
        from claim
        where r.id = ${run.runId} and r.status = 'Running' and r.claim_token = ${run.token}
        returning r.id, r.backfill_id, r.status, r.attempt + ${uncounted} as attempt,
          r.claim_token, r.claimed_by, r.claimed_at, r.latest_error
      ), recorded as (
        insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, began_at, became, error)
        select back.id, back.claim_token, coalesce(b.generation, 1), back.attempt, back.claimed_by, back.claimed_at,
          back.status, ${error}
        from back
        left join refill.backfill b on b.id = back.backfill_id
      ), streak as (
        insert into refill.failure_streak as streak (backfill_id, fingerprint, length)
        select backfill_id, refill.error_fingerprint(latest_error), 1
        from back
        where backfill_id is not null and status in ('Failed', 'FailedRetryable', 'TimedOut')
        on conflict (backfill_id) do update set
          length = case when streak.fingerprint = excluded.fingerprint then streak.length else 0 end + 1,
          fingerprint = excluded.fingerprint
        returning length
      )
      select exists (select from back) as written, coalesce((select length from streak), 0) as streak`,
  );
  return row?.written === true ? { failureStreak: row.streak } : null;
}
