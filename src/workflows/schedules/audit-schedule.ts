import { proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { AuditObject } from "../../contract/objects/schedule.js";
import type { LiveInput, ScheduleActivities } from "../../contract/schedule.js";
import { taskQueuesOf } from "../../contract/task-queues.js";

/** Looks for gaps in the coverage of a schedule's export. What it found stands on the schedule. */
export async function auditSchedule(input: LiveInput): Promise<AuditObject> {
  const activities = proxyActivities<ScheduleActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).ledger,
    startToCloseTimeout: "10 minutes",
    heartbeatTimeout: "15 seconds",
    retry: {
      initialInterval: "5 seconds",
      maximumInterval: "1 minute",
      maximumAttempts: 10,
    },
  });
  return activities.auditSchedule(input);
}
