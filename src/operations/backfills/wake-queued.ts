import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import { listQueuedBehind } from "../../store/backfills/start-backfill.js";
import type { OperationContext } from "../context.js";

/**
 * Tells the backfills that were queued behind one that it has closed. Nothing is lost where that fails: they look by
 * themselves too, a minute later at the most.
 */
export async function wakeQueued(
  { pool, temporal }: Pick<OperationContext, "pool" | "temporal">,
  closedId: string,
): Promise<void> {
  const queued = await listQueuedBehind(pool, closedId);
  if (queued.length === 0) return;
  const gateway = await temporal();
  for (const { id, generation } of queued) {
    await gateway.tellTurn(backfillWorkflowId(id, generation));
  }
}
