import type { ReconcileSummary } from "../../contract/activities.js";
import { listOpenBackfills } from "../../store/backfills/backfill-row.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../../temporal/classify-error.js";
import type { OperationContext } from "../context.js";
import { reconcileBackfill } from "./reconcile-backfill.js";

/**
 * Looks at every open backfill of this Temporal namespace. One that can't be judged does not keep the others from it.
 * @throws the signal's reason
 */
export async function reconcileBackfills(
  context: Pick<OperationContext, "pool" | "temporal">,
  signal: AbortSignal,
): Promise<ReconcileSummary> {
  const { namespace } = await context.temporal();
  const open = await listOpenBackfills(context.pool, namespace);
  const closed: ReconcileSummary["closed"][number][] = [];
  const problems: string[] = [];
  let started = 0;
  for (const row of open) {
    signal.throwIfAborted();
    try {
      const outcome = await reconcileBackfill(context, row);
      if (outcome.closed !== null) {
        closed.push({ backfillId: row.id, status: outcome.closed });
      }
      if (outcome.started) started += 1;
      if (outcome.problem !== null) problems.push(outcome.problem);
    } catch (error) {
      if (isTemporalUnavailable(error)) throw error;
      problems.push(`Backfill ${row.id}: ${describeCause(error)}`);
    }
  }
  return { checked: open.length, started, closed, problems };
}
