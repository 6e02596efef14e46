import {
  ActivityCancellationType,
  type ActivityInterfaceFor,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import { taskQueuesOf } from "../../contract/task-queues.js";
import {
  takenUpdateName,
  type WorkerRequests,
} from "../../contract/worker-requests.js";
import type { HeartbeatSettings } from "../../contract/workflow-settings.js";

const takenUpdate = defineUpdate(takenUpdateName);

/** Lets the client know that a worker has taken its request, and gives the activities that answer requests. */
export function takeRequest({
  heartbeatTimeoutMs,
}: HeartbeatSettings): ActivityInterfaceFor<WorkerRequests> {
  setHandler(takenUpdate, () => undefined);
  return proxyActivities<WorkerRequests>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).ledger,
    // Counting may take its whole time limit, and the earliest record without an index as long as reading the table.
    startToCloseTimeout: "2 hours",
    // Someone waits at a terminal: if every slot is taken for so long, that is the answer.
    scheduleToStartTimeout: "1 minute",
    heartbeatTimeout: heartbeatTimeoutMs,
    // Cancelled only once the source's query has stopped.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Every error is an answer, and none is retried; this is for a worker that is lost on the way to one.
    retry: { initialInterval: "500 milliseconds", maximumAttempts: 3 },
  });
}
