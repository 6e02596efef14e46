import type { Fence } from "../../contract/activities.js";
import type { CancelMode } from "../../domain/backfills/cancel-mode.js";
import type { PauseCause } from "../../domain/backfills/pause-cause.js";
import type { Queryable } from "../database/queryable.js";
import { execute } from "../database/run-statement.js";
import { parameter, type Sql, sql } from "../database/sql.js";

/** Ends an update that writes what is asked of a backfill, under the next version. A closed backfill is left as it is. */
function ofOpen(backfillId: string): Sql {
  return sql`control_version = control_version + 1, last_updated_at = now()
    where id = ${backfillId} and open_id is not null`;
}

/** Pauses, or gives a pause a new reason. An operator's own pause outweighs any other. */
export async function writePause(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly cause: Exclude<PauseCause, "failures">;
    readonly reason: string | null;
  },
): Promise<void> {
  const cause = parameter(input.cause);
  await execute(
    db,
    sql`
      update refill.backfill set
        paused_at = coalesce(paused_at, now()),
        pause_cause = case when ${cause} = 'operator' then ${cause} else coalesce(pause_cause, ${cause}) end,
        paused_reason = coalesce(${input.reason}, paused_reason), ${ofOpen(input.backfillId)}`,
  );
}

/** Ends any pause, and forgets the failures that may have caused it. */
export async function writeResume(
  db: Queryable,
  backfillId: string,
): Promise<void> {
  await execute(
    db,
    sql`update refill.failure_streak set length = 0 where backfill_id = ${backfillId}`,
  );
  await execute(
    db,
    sql`
      update refill.backfill set
        paused_at = null, pause_cause = null, paused_reason = null, ${ofOpen(backfillId)}`,
  );
}

/** Sets the window. It also ends a pause that came of setting it to 0, and no other. */
export async function writeConcurrency(
  db: Queryable,
  input: { readonly backfillId: string; readonly concurrency: number },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill set
        concurrency = ${input.concurrency},
        paused_at = case when pause_cause <> 'concurrency' then paused_at end,
        paused_reason = case when pause_cause <> 'concurrency' then paused_reason end,
        pause_cause = nullif(pause_cause, 'concurrency'), ${ofOpen(input.backfillId)}`,
  );
}

/** Asks for an end. What was asked for before is strengthened, never weakened. */
export async function writeCancel(
  db: Queryable,
  input: { readonly backfillId: string; readonly mode: CancelMode },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill set
        cancel_requested_at = coalesce(cancel_requested_at, now()),
        cancel_mode = case
          when 'abort' in (${input.mode}, cancel_mode) then 'abort'
          when 'stop' in (${input.mode}, cancel_mode) then 'stop'
          else 'drain'
        end, ${ofOpen(input.backfillId)}`,
  );
}

/** Remembers that Temporal holds the control of this version, or that the workflow has it from the ledger itself. */
export async function markDelivered(
  db: Queryable,
  input: Fence & { readonly version: number },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill set control_delivered = ${input.version}
      where id = ${input.backfillId} and generation = ${input.generation}
        and control_delivered < ${input.version}`,
  );
}

/**
 * Pauses a backfill whose latest runs failed alike as often as it bears, and records it in the audit trail. Not when
 * too few runs are open to be worth a pause.
 */
export async function pauseForFailures(
  db: Queryable,
  fence: Fence,
): Promise<void> {
  await execute(
    db,
    sql`
      with paused as (
        update refill.backfill b set
          paused_at = now(), pause_cause = 'failures', control_version = control_version + 1, last_updated_at = now(),
          paused_reason = format('%s runs in a row failed with %s', s.length, split_part(s.fingerprint, ':', 1))
        from refill.failure_streak s
        where b.id = ${fence.backfillId} and b.generation = ${fence.generation} and b.open_id is not null
          and b.paused_at is null and b.cancel_requested_at is null and b.stop_after > 0
          and s.backfill_id = b.id and s.length >= b.stop_after
          and b.pause_from <= (select sum(starting + running) from refill.run_tally t where t.backfill_id = b.id)
        returning b.id, b.paused_reason
      )
      insert into refill.command (id, backfill_id, kind, arguments, reason, requested_by)
      select gen_random_uuid(), id, 'pause', '{"cause": "failures"}', paused_reason, 'refill' from paused`,
  );
}
