import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from "@temporalio/workflow";
import type { LedgerActivities } from "../../contract/activities.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import { taskQueuesOf } from "../../contract/task-queues.js";
import type {
  VerifyActivities,
  VerifyInput,
} from "../../contract/verification.js";
import { isCancelledActivity } from "../backfill/cancelled-activity.js";
import { planFailureOf } from "../backfill/plan-failure.js";

/**
 * Looks at all that a backfill's completed runs recorded, piece by piece. Where it stands, and what it found, is in the
 * ledger: its own state is its input.
 */
export async function verifyBackfill(input: VerifyInput): Promise<void> {
  const end = await work(input);
  if (end.kind === "continue-as-new") {
    return continueAsNew<typeof verifyBackfill>(input);
  }
  await CancellationScope.nonCancellable(() =>
    ledger().finishVerification({
      verificationId: input.verificationId,
      status: end.kind,
      failure: end.kind === "Failed" ? end.failure : null,
    }),
  );
  if (end.kind === "Cancelled") {
    throw new CancelledFailure("The verification was cancelled on request");
  }
  if (end.kind === "Failed") {
    throw ApplicationFailure.nonRetryable(
      end.failure.message,
      end.failure.code,
    );
  }
}

type End =
  | { readonly kind: "Completed" }
  | { readonly kind: "continue-as-new" }
  | { readonly kind: "Cancelled" }
  | { readonly kind: "Failed"; readonly failure: ErrorObject };

async function work(input: VerifyInput): Promise<End> {
  const { verificationId } = input;
  const { verifyRuns } = exports(input);
  try {
    for (;;) {
      const { done } = await verifyRuns({ verificationId });
      if (done) return { kind: "Completed" };
      if (workflowInfo().continueAsNewSuggested)
        return { kind: "continue-as-new" };
    }
  } catch (error) {
    return CancellationScope.current().consideredCancelled &&
      isCancelledActivity(error)
      ? { kind: "Cancelled" }
      : { kind: "Failed", failure: planFailureOf(error) };
  }
}

function exports({ heartbeatTimeoutMs }: VerifyInput) {
  return proxyActivities<VerifyActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).exports,
    // Begins no page after 20 s, but one object may take long to read. What was written is not looked at again.
    startToCloseTimeout: "1 day",
    heartbeatTimeout: heartbeatTimeoutMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: "1 second",
      backoffCoefficient: 3,
      maximumInterval: "1 minute",
      maximumAttempts: 5,
    },
  });
}

function ledger() {
  return proxyActivities<LedgerActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).ledger,
    startToCloseTimeout: "1 minute",
    retry: { maximumInterval: "15 seconds" },
  });
}
