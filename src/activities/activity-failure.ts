import { ApplicationFailure } from "@temporalio/activity";
import type { Fence } from "../contract/activities.js";
import { isRefillError } from "../domain/errors.js";

/** The failure as Temporal should see it: our code as its type, and not retried where trying again won't help. */
export function activityFailure(error: unknown): unknown {
  if (!isRefillError(error)) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
  });
}

/** The write was meant for a generation that is over. Nobody waits for it any more, so it is not tried again. */
export function fencedOff({
  backfillId,
  generation,
}: Fence): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Backfill ${backfillId} is closed, or past its generation ${String(generation)}: nothing was written`,
    "FENCED_OFF",
  );
}
