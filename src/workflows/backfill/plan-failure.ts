import { RetryState } from "@temporalio/common";
import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
} from "@temporalio/workflow";
import type { ErrorObject } from "../../contract/objects/error.js";

/** Why there is no plan. What Temporal gave up retrying may pass; what the activity refused to retry will not. */
export function planFailureOf(error: unknown): ErrorObject {
  if (!(error instanceof ActivityFailure)) throw error;
  const retryable = error.retryState !== RetryState.NON_RETRYABLE_FAILURE;
  const cause = error.cause;
  if (cause instanceof ApplicationFailure) {
    return {
      code: cause.type ?? "INTERNAL",
      message: cause.message,
      retryable,
    };
  }
  if (cause instanceof TimeoutFailure) {
    return {
      code: "WORKER_LOST",
      message: "The worker that planned was lost, or planning took too long",
      retryable,
    };
  }
  return {
    code: "INTERNAL",
    message: cause?.message ?? error.message,
    retryable,
  };
}
