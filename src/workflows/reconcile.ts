import { proxyActivities, workflowInfo } from "@temporalio/workflow";
import type {
  LedgerActivities,
  ReconcileSummary,
} from "../contract/activities.js";
import { taskQueuesOf } from "../contract/task-queues.js";
import type { HeartbeatSettings } from "../contract/workflow-settings.js";

/** One look over the open backfills. Started by a Temporal Schedule; overlapping starts are skipped there. */
export async function reconcile({
  heartbeatTimeoutMs,
}: HeartbeatSettings): Promise<ReconcileSummary> {
  const { reconcileBackfills } = proxyActivities<LedgerActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).ledger,
    // A look that fails is not repeated for long: the schedule makes the next one.
    startToCloseTimeout: "2 minutes",
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { maximumAttempts: 3 },
  });
  return reconcileBackfills();
}
