import type { Fence } from "../contract/activities.js";
import type { Queryable } from "./queryable.js";

/**
 * Opens a closed backfill again as its next generation, with nothing asked of it and its plan as it was. False, and
 * nothing written, when it is open, or no longer of the generation that was seen.
 */
export async function reopenBackfill(
  db: Queryable,
  input: Fence & {
    readonly temporalNamespace: string;
    readonly temporalClusterId: string;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.backfill set
       status = 'Starting', generation = generation + 1, execution_index = 0, finished_at = null, failure = null,
       total_records = null, temporal_namespace = $3, temporal_cluster_id = $4, first_execution_run_id = null,
       start_confirmed_at = null, reconciled_at = null, cancel_requested_at = null, cancel_mode = null,
       place = (select max(place) + 1 from refill.backfill o where o.batch_export_id = backfill.batch_export_id),
       control_version = control_version + 1, control_delivered = control_version + 1, last_updated_at = now()
     where id = $1 and generation = $2 and open_id is null`,
    [
      input.backfillId,
      input.generation,
      input.temporalNamespace,
      input.temporalClusterId,
    ],
  );
  return rowCount === 1;
}

/**
 * Opens every run that is not completed, with all its attempts before it; what earlier ones came to is kept in
 * `run_attempt`. Their backfill must be open already. Returns how many there are.
 */
export async function reopenRuns(
  db: Queryable,
  backfillId: string,
): Promise<number> {
  await db.query(`delete from refill.failure_streak where backfill_id = $1`, [
    backfillId,
  ]);
  const { rowCount } = await db.query(
    `update refill.run set status = 'Starting', attempt = 0, finished_at = null, next_attempt_at = null,
       last_updated_at = now()
     where backfill_id = $1 and status <> 'Completed'`,
    [backfillId],
  );
  return rowCount ?? 0;
}
