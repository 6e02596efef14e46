import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
} from "@temporalio/client";
import { reconcileWorkflowType } from "../contract/backfill-workflow.js";

/** A closed backfill may show as open for up to 60 s: two looks fit in. */
const LOOK_EVERY = "25 seconds";

/** Makes the schedule that closes what no workflow could close. Fine when it exists; every worker makes it at its start. */
export async function ensureReconcileSchedule(
  client: Client,
  taskQueue: string,
): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: `${taskQueue}-reconcile`,
      spec: { intervals: [{ every: LOOK_EVERY }] },
      action: {
        type: "startWorkflow",
        workflowType: reconcileWorkflowType,
        workflowId: `${taskQueue}-reconcile`,
        taskQueue,
        workflowExecutionTimeout: "5 minutes",
        staticSummary:
          "Closes backfills whose workflows ended without a chance to say so",
      },
      policies: {
        overlap: ScheduleOverlapPolicy.SKIP,
        catchupWindow: "1 minute",
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
