import type { Queryable } from "../database/queryable.js";
import { affectsOne, execute } from "../database/run-statement.js";
import { json, sql } from "../database/sql.js";
import type { RunAtWork } from "./close-run.js";
import { claimIsOfRun } from "./interval-claim.js";

/**
 * Locks the interval of a run that was completed under this token, until the transaction ends: no newer claim begins, let
 * alone publishes, before. False where one has been made.
 */
export async function holdPublished(
  db: Queryable,
  run: RunAtWork,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      select 1 from refill.interval_claim c
      join refill.run r on ${claimIsOfRun}
      where r.id = ${run.runId} and c.token = ${run.token} and c.run_id is null
      for update of c`,
  );
}

/** Writes what is left at the destination of an interval that is held. */
export async function setPublishedKeys(
  db: Queryable,
  run: RunAtWork,
  keys: readonly string[],
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.interval_claim c set published = jsonb_set(c.published, '{keys}', ${json(keys)})
      from refill.run r
      where r.id = ${run.runId} and ${claimIsOfRun} and c.token = ${run.token}`,
  );
}
