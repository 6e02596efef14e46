import type { Queryable } from "../database/queryable.js";
import type { RunAtWork } from "./close-run.js";

/**
 * Locks the interval of a run that was completed under this token, until the transaction ends: no newer claim begins, let
 * alone publishes, before. False where one has been made.
 */
export async function holdPublished(
  db: Queryable,
  run: RunAtWork,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from refill.interval_claim c
     join refill.run r on r.batch_export_id = c.batch_export_id and r.data_interval_start = c.data_interval_start
       and r.data_interval_end = c.data_interval_end
     where r.id = $1 and c.token = $2 and c.run_id is null
     for update of c`,
    [run.runId, run.token],
  );
  return rowCount === 1;
}

/** Writes what is left at the destination of an interval that is held. */
export async function setPublishedKeys(
  db: Queryable,
  run: RunAtWork,
  keys: readonly string[],
): Promise<void> {
  await db.query(
    `update refill.interval_claim c set published = jsonb_set(c.published, '{keys}', $3)
     from refill.run r
     where r.id = $1 and c.batch_export_id = r.batch_export_id and c.data_interval_start = r.data_interval_start
       and c.data_interval_end = r.data_interval_end and c.token = $2`,
    [run.runId, run.token, JSON.stringify(keys)],
  );
}
