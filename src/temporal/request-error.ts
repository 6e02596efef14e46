import { WorkflowFailedError } from "@temporalio/client";
import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
} from "@temporalio/common";
import { errorCatalog, type ErrorCode, RefillError } from "../domain/errors.js";

/** What a worker threw, as the error that it was; another failure of its workflow in words for whoever waited. */
export function requestError(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  const { cause } = error;
  const failure = cause instanceof ActivityFailure ? cause.cause : cause;
  if (failure instanceof ApplicationFailure) return thrownByWorker(failure);
  if (failure instanceof TimeoutFailure) return timedOut(failure);
  return new RefillError(
    "WORKFLOW_LOST",
    `Expected an answer from the worker; got none, because the workflow that was to bring it was ended (${failure?.message ?? error.message}). Try again.`,
    { cause: error },
  );
}

function thrownByWorker(failure: ApplicationFailure): RefillError {
  // As the worker's activity wrote it: an object of JSON.
  const [details] = (failure.details ??
    []) as readonly RefillError["details"][];
  return new RefillError(
    isErrorCode(failure.type) ? failure.type : "INTERNAL",
    failure.message,
    {
      cause: failure,
      details: details ?? {},
    },
  );
}

function isErrorCode(type: string | null | undefined): type is ErrorCode {
  return typeof type === "string" && Object.hasOwn(errorCatalog, type);
}

function timedOut(failure: TimeoutFailure): RefillError {
  if (failure.timeoutType === "SCHEDULE_TO_START") {
    return new RefillError(
      "NO_WORKER",
      "Expected a worker to be free for the request within a minute; got none. Try again later, or start another worker.",
      { cause: failure },
    );
  }
  return new RefillError(
    "WORKER_LOST",
    "Expected an answer from the worker; got none, because it was lost, or took longer than two hours. Try again, and look at the worker's log.",
    { cause: failure },
  );
}
