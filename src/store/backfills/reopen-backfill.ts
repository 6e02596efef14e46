import type { Fence } from "../../contract/activities.js";
import type { Queryable } from "../database/queryable.js";
import { affectsOne, execute, readRow } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

/** About a second's worth, so that a retry answers soon and nothing waits for long behind one transaction. */
const REOPENED_ORDINALS = 50_000;

/**
 * Opens a closed backfill again as its next generation, with nothing asked of it and its plan as it was; its runs are
 * opened by `reopenNextRuns`. False, and nothing written, when it is open, or no longer of the generation that was seen.
 */
export async function reopenBackfill(
  db: Queryable,
  input: Fence & {
    readonly temporalNamespace: string;
    readonly temporalClusterId: string;
  },
): Promise<boolean> {
  const isReopened = await affectsOne(
    db,
    sql`
      update refill.backfill set
        status = 'Starting', generation = generation + 1, execution_index = 0, finished_at = null, failure = null,
        total_records = null, temporal_namespace = ${input.temporalNamespace},
        temporal_cluster_id = ${input.temporalClusterId}, first_execution_run_id = null,
        start_confirmed_at = null, reconciled_at = null, cancel_requested_at = null, cancel_mode = null,
        reopened_before = case when total_runs > 0 then 0 end,
        place = (select max(place) + 1 from refill.backfill o where o.batch_export_id = backfill.batch_export_id),
        control_version = control_version + 1, control_delivered = control_version + 1, last_updated_at = now()
      where id = ${input.backfillId} and generation = ${input.generation} and open_id is null`,
  );
  if (!isReopened) return false;
  await execute(
    db,
    sql`delete from refill.failure_streak where backfill_id = ${input.backfillId}`,
  );
  return true;
}

/** How many runs of a closed backfill are to be opened again. */
export async function countRunsToReopen(
  db: Queryable,
  backfillId: string,
): Promise<number> {
  const row = await readRow(
    db,
    sql<{ count: number }>`
      select coalesce(sum(failed + failed_retryable + timed_out + cancelled + terminated), 0)::integer as count
      from refill.run_tally where backfill_id = ${backfillId}`,
  );
  return row?.count ?? 0;
}

/**
 * Opens the next of the runs that are not completed, with all their attempts before them; what earlier ones came to is
 * kept in `run_attempt`. False: more are to come. Call it in a transaction: it holds the backfill's row. A backfill that is
 * closed, cancelled, or of another generation opens nothing more.
 */
export async function reopenNextRuns(
  db: Queryable,
  { backfillId, generation }: Fence,
  ordinals = REOPENED_ORDINALS,
): Promise<boolean> {
  const next = await readRow(
    db,
    sql<{ from: number; total: number }>`
      select reopened_before as from, total_runs as total from refill.backfill
      where id = ${backfillId} and generation = ${generation} and reopened_before is not null
        and cancel_requested_at is null
      for no key update`,
  );
  if (next === null) return true;
  const to = next.from + ordinals;
  await execute(
    db,
    sql`
      update refill.run set status = 'Starting', attempt = 0, finished_at = null, next_attempt_at = null,
        last_updated_at = now()
      where backfill_id = ${backfillId} and ordinal >= ${next.from} and ordinal < ${to}
        and finished_at is not null and status <> 'Completed'`,
  );
  const isLast = to >= next.total;
  await execute(
    db,
    sql`
      update refill.backfill set reopened_before = ${isLast ? null : to}, last_updated_at = now()
      where id = ${backfillId}`,
  );
  return isLast;
}
