import { proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { AuditObject } from "../../contract/objects/schedule.js";
import type {
  ScheduleActivities,
  ScheduledExport,
} from "../../contract/schedule.js";
import { taskQueuesOf } from "../../contract/task-queues.js";

/**
 * Looks for gaps in the coverage of a schedule's export. What it found stands on the schedule. Started by a Temporal
 * Schedule, it asks a worker for what is set, so that a change reaches every schedule by its next night.
 */
export async function auditSchedule(
  input: ScheduledExport,
): Promise<AuditObject> {
  const taskQueue = taskQueuesOf(workflowInfo().taskQueue).ledger;
  const { readSettings } = proxyActivities<ScheduleActivities>({
    taskQueue,
    startToCloseTimeout: "1 minute",
    retry: { maximumInterval: "15 seconds" },
  });
  const { heartbeatTimeoutMs } = await readSettings();
  const activities = proxyActivities<ScheduleActivities>({
    taskQueue,
    startToCloseTimeout: "10 minutes",
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: {
      initialInterval: "5 seconds",
      maximumInterval: "1 minute",
      maximumAttempts: 10,
    },
  });
  return activities.auditSchedule(input);
}
