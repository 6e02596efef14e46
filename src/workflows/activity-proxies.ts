import {
  ActivityCancellationType,
  type ActivityInterfaceFor,
  type ActivityOptions,
  proxyActivities,
  workflowInfo,
} from "@temporalio/workflow";
import type {
  ExportActivities,
  LedgerActivities,
} from "../contract/activities.js";
import { taskQueuesOf } from "../contract/task-queues.js";
import type { HeartbeatSettings } from "../contract/workflow-settings.js";

export interface BackfillActivities {
  readonly ledger: ActivityInterfaceFor<LedgerActivities>;
  readonly plan: ActivityInterfaceFor<LedgerActivities>;
  readonly exports: ActivityInterfaceFor<ExportActivities>;
}

/**
 * Of activities that export runs. They begin no run after 10 s, but one run may take hours. Retried without limit: a
 * run's attempts are counted in the ledger, and an attempt of the activity is only ever lost with its worker or with the
 * ledger.
 */
export function exportOptions({
  heartbeatTimeoutMs,
}: HeartbeatSettings): ActivityOptions {
  return {
    startToCloseTimeout: "7 days",
    heartbeatTimeout: heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: "500 milliseconds",
      backoffCoefficient: 2,
      maximumInterval: "15 seconds",
    },
  };
}

/** The activities of a backfill, one proxy per class of time-out. `docs/architecture.md` has the table of reasons. */
export function backfillActivities(
  settings: HeartbeatSettings,
): BackfillActivities {
  const queues = taskQueuesOf(workflowInfo().taskQueue);
  return {
    // Short statements. The ledger may be away for as long as it likes: the backfill waits for it.
    ledger: proxyActivities<LedgerActivities>({
      taskQueue: queues.ledger,
      startToCloseTimeout: "1 minute",
      retry: {
        initialInterval: "500 milliseconds",
        backoffCoefficient: 2,
        maximumInterval: "15 seconds",
      },
    }),
    // Counting may take its whole time limit and five million runs take minutes to write; a dead worker shows sooner.
    plan: proxyActivities<LedgerActivities>({
      taskQueue: queues.ledger,
      startToCloseTimeout: "2 hours",
      heartbeatTimeout: settings.heartbeatTimeoutMs,
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: {
        initialInterval: "2 seconds",
        backoffCoefficient: 3,
        maximumInterval: "1 minute",
        maximumAttempts: 5,
      },
    }),
    exports: proxyActivities<ExportActivities>({
      taskQueue: queues.exports,
      ...exportOptions(settings),
    }),
  };
}
