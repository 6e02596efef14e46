import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from "@temporalio/client";
import { reconcileWorkflowType } from "../contract/backfill-workflow.js";
import type { HeartbeatSettings } from "../contract/workflow-settings.js";

/** A closed backfill may show as open for up to 60 s: two looks fit in. */
const LOOK_EVERY = "25 seconds";

/**
 * Makes the schedule that closes what no workflow could close, or brings the one that exists up to date: what is set for
 * the worker that started last holds. Every worker does so at its start.
 */
export async function putReconcileSchedule(
  client: Client,
  taskQueue: string,
  settings: HeartbeatSettings,
): Promise<void> {
  const options = reconcileOptions(taskQueue, settings);
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule
      .getHandle(options.scheduleId)
      .update(({ state }) => ({ spec, action, policies, state }));
  }
}

function reconcileOptions(
  taskQueue: string,
  { heartbeatTimeoutMs }: HeartbeatSettings,
) {
  return {
    scheduleId: `${taskQueue}-reconcile`,
    spec: { intervals: [{ every: LOOK_EVERY }] },
    action: {
      type: "startWorkflow",
      workflowType: reconcileWorkflowType,
      workflowId: `${taskQueue}-reconcile`,
      taskQueue,
      args: [{ heartbeatTimeoutMs }],
      workflowExecutionTimeout: "5 minutes",
      staticSummary:
        "Closes backfills whose workflows ended without a chance to say so",
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: "1 minute",
    },
  } as const satisfies ScheduleOptions;
}
