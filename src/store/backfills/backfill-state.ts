import type { Fence } from "../../contract/activities.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import type { ClosedBackfillStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import { affectsOne, execute } from "../database/run-statement.js";
import { json, sql } from "../database/sql.js";

/**
 * Writes Running for a Temporal run of a generation. False when the backfill is closed, belongs to another
 * generation, or a later run has already written its own.
 */
export async function markRunning(
  db: Queryable,
  input: Fence & { readonly executionIndex: number },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      update refill.backfill
      set status = 'Running', execution_index = ${input.executionIndex}, started_at = coalesce(started_at, now()),
          start_confirmed_at = coalesce(start_confirmed_at, now()), last_updated_at = now()
      where id = ${input.backfillId} and generation = ${input.generation}
        and execution_index <= ${input.executionIndex} and open_id is not null`,
  );
}

/** Writes ContinuedAsNew if this Temporal run is still the one that the row shows as Running. */
export async function markContinuedAsNew(
  db: Queryable,
  input: Fence & { readonly executionIndex: number },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill set status = 'ContinuedAsNew', last_updated_at = now()
      where id = ${input.backfillId} and generation = ${input.generation}
        and execution_index = ${input.executionIndex} and status = 'Running'`,
  );
}

/** Remembers that Temporal has the workflow, and which run was its first. */
export async function confirmStart(
  db: Queryable,
  input: Fence & { readonly firstExecutionRunId: string },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill
      set first_execution_run_id = ${input.firstExecutionRunId},
        start_confirmed_at = coalesce(start_confirmed_at, now())
      where id = ${input.backfillId} and generation = ${input.generation}`,
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
  return affectsOne(
    db,
    sql`
      update refill.backfill set reconciled_at = now()
      where id = (
        select id from refill.backfill
        where id = ${backfillId} and (reconciled_at is null or reconciled_at < now() - interval '1 second')
        for no key update skip locked
      )`,
  );
}

/** Whether an open backfill has been at work for longer than it may, from the moment that it first was. */
export async function isPastTimeLimit(
  db: Queryable,
  backfillId: string,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      select 1 from refill.backfill
      where id = ${backfillId} and open_id is not null
        and started_at + time_limit_ms * interval '1 millisecond' < now()`,
  );
}

/** Locks an open backfill of this generation for the rest of the transaction; false when it is closed or another's. */
export async function lockOpenBackfill(
  db: Queryable,
  fence: Fence,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      select 1 from refill.backfill
      where id = ${fence.backfillId} and generation = ${fence.generation} and open_id is not null
      for no key update`,
  );
}

/** Closes what is still open in a backfill's ledger. A plan that never became valid is removed: no run of it was visible. */
export async function closeOpenRuns(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly status: "Cancelled" | "Terminated";
  },
): Promise<number> {
  await execute(
    db,
    sql`
      delete from refill.run
      where backfill_id = ${input.backfillId}
        and not exists (select from refill.backfill b where b.id = ${input.backfillId} and b.planned_at is not null)`,
  );
  await recordCutOffAttempts(db, input);
  return execute(
    db,
    sql`
      update refill.run
      set status = ${input.status}, finished_at = now(), last_updated_at = now(), next_attempt_at = null
      where open_backfill_id = ${input.backfillId}`,
  );
}

/** The attempts that end with their backfill, a window at most. Locked, so that none of them completes after all. */
async function recordCutOffAttempts(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly status: "Cancelled" | "Terminated";
  },
): Promise<void> {
  await execute(
    db,
    sql`
      insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, began_at, became)
      select r.id, r.claim_token, b.generation, r.attempt, r.claimed_by, r.claimed_at, ${input.status}
      from refill.run r
      join refill.backfill b on b.id = r.open_backfill_id
      where r.open_backfill_id = ${input.backfillId} and r.status = 'Running'
      for no key update of r`,
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
  await execute(
    db,
    sql`
      update refill.backfill b
      set status = ${input.status}, failure = ${json(input.failure)}, finished_at = now(), last_updated_at = now(),
          paused_at = null, pause_cause = null, paused_reason = null, reopened_before = null,
          total_records = (select coalesce(sum(records), 0) from refill.run_tally where backfill_id = b.id)
      where id = ${input.backfillId} and generation = ${input.generation} and open_id is not null`,
  );
}
