import type { Fence } from "../../contract/activities.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import type { ClosedBackfillStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";

/**
 * Writes Running for a Temporal run of a generation. False when the backfill is closed, belongs to another
 * generation, or a later run has already written its own.
 */
export async function markRunning(
  db: Queryable,
  input: Fence & { readonly executionIndex: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.backfill
     set status = 'Running', execution_index = $3, started_at = coalesce(started_at, now()),
         start_confirmed_at = coalesce(start_confirmed_at, now()), last_updated_at = now()
     where id = $1 and generation = $2 and execution_index <= $3 and open_id is not null`,
    [input.backfillId, input.generation, input.executionIndex],
  );
  return rowCount === 1;
}

/** Writes ContinuedAsNew if this Temporal run is still the one that the row shows as Running. */
export async function markContinuedAsNew(
  db: Queryable,
  input: Fence & { readonly executionIndex: number },
): Promise<void> {
  await db.query(
    `update refill.backfill set status = 'ContinuedAsNew', last_updated_at = now()
     where id = $1 and generation = $2 and execution_index = $3 and status = 'Running'`,
    [input.backfillId, input.generation, input.executionIndex],
  );
}

/** Remembers that Temporal has the workflow, and which run was its first. */
export async function confirmStart(
  db: Queryable,
  input: Fence & { readonly firstExecutionRunId: string },
): Promise<void> {
  await db.query(
    `update refill.backfill
     set first_execution_run_id = $3, start_confirmed_at = coalesce(start_confirmed_at, now())
     where id = $1 and generation = $2`,
    [input.backfillId, input.generation, input.firstExecutionRunId],
  );
}

/**
 * Takes the right to ask Temporal about a backfill: at most once a second, whoever asks. A row that someone is just
 * writing is left to them: closing a million runs takes a while, and a read must not wait for it.
 */
export async function takeReconcileTurn(
  db: Queryable,
  backfillId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.backfill set reconciled_at = now()
     where id = (
       select id from refill.backfill
       where id = $1 and (reconciled_at is null or reconciled_at < now() - interval '1 second')
       for no key update skip locked
     )`,
    [backfillId],
  );
  return rowCount === 1;
}

/** Whether an open backfill has been at work for longer than it may, from the moment that it first was. */
export async function isPastTimeLimit(
  db: Queryable,
  backfillId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from refill.backfill
     where id = $1 and open_id is not null and started_at + time_limit_ms * interval '1 millisecond' < now()`,
    [backfillId],
  );
  return rowCount === 1;
}

/** Locks an open backfill of this generation for the rest of the transaction; false when it is closed or another's. */
export async function lockOpenBackfill(
  db: Queryable,
  fence: Fence,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from refill.backfill
     where id = $1 and generation = $2 and open_id is not null
     for no key update`,
    [fence.backfillId, fence.generation],
  );
  return rowCount === 1;
}

/** Closes what is still open in a backfill's ledger. A plan that never became valid is removed: no run of it was visible. */
export async function closeOpenRuns(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly status: "Cancelled" | "Terminated";
  },
): Promise<number> {
  await db.query(
    `delete from refill.run
     where backfill_id = $1
       and not exists (select from refill.backfill b where b.id = $1 and b.planned_at is not null)`,
    [input.backfillId],
  );
  await recordCutOffAttempts(db, input);
  const { rowCount } = await db.query(
    `update refill.run set status = $2, finished_at = now(), last_updated_at = now(), next_attempt_at = null
     where open_backfill_id = $1`,
    [input.backfillId, input.status],
  );
  return rowCount ?? 0;
}

/** The attempts that end with their backfill, a window at most. Locked, so that none of them completes after all. */
async function recordCutOffAttempts(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly status: "Cancelled" | "Terminated";
  },
): Promise<void> {
  await db.query(
    `insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, began_at, became)
     select r.id, r.claim_token, b.generation, r.attempt, r.claimed_by, r.claimed_at, $2
     from refill.run r
     join refill.backfill b on b.id = r.open_backfill_id
     where r.open_backfill_id = $1 and r.status = 'Running'
     for no key update of r`,
    [input.backfillId, input.status],
  );
}

/** Closes a backfill whose runs are all closed. Its total becomes the exact sum of what its runs completed. */
export async function closeBackfillRow(
  db: Queryable,
  input: Fence & {
    readonly status: ClosedBackfillStatus;
    readonly failure: ErrorObject | null;
  },
): Promise<void> {
  await db.query(
    `update refill.backfill b
     set status = $3, failure = $4, finished_at = now(), last_updated_at = now(),
         paused_at = null, pause_cause = null, paused_reason = null, reopened_before = null,
         total_records = (select coalesce(sum(records), 0) from refill.run_tally where backfill_id = b.id)
     where id = $1 and generation = $2 and open_id is not null`,
    [
      input.backfillId,
      input.generation,
      input.status,
      input.failure === null ? null : JSON.stringify(input.failure),
    ],
  );
}
