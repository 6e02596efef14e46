import { defineSearchAttributeKey } from "@temporalio/common";
import { proxyActivities, sleep, workflowInfo } from "@temporalio/workflow";
import type {
  FireInput,
  Firing,
  ScheduleActivities,
} from "../../contract/schedule.js";
import { taskQueuesOf } from "../../contract/task-queues.js";

/** Set by Temporal on what a Schedule starts: when it was meant to fire, whatever kept it. */
const scheduledStartTime = defineSearchAttributeKey(
  "TemporalScheduledStartTime",
  "DATETIME",
);

/**
 * Writes down the runs of one firing; it waits for none of them. What they are follows from the nominal time, so that
 * neither a late start nor another one changes it.
 */
export async function fireSchedule(input: FireInput): Promise<Firing> {
  const { startTime, typedSearchAttributes, taskQueue } = workflowInfo();
  const nominal = typedSearchAttributes.get(scheduledStartTime) ?? startTime;
  if (input.triggeredFor === null) {
    const dueMs = nominal.getTime() + input.delayMs - startTime.getTime();
    if (dueMs > 0) await sleep(dueMs);
  }
  const { recordFiring } = proxyActivities<ScheduleActivities>({
    taskQueue: taskQueuesOf(taskQueue).ledger,
    startToCloseTimeout: "5 minutes",
    retry: { initialInterval: "1 second", maximumInterval: "15 seconds" },
  });
  return recordFiring({
    scheduleId: input.scheduleId,
    exportName: input.exportName,
    firedFor: input.triggeredFor ?? nominal.toISOString(),
    isTriggered: input.triggeredFor !== null,
  });
}
