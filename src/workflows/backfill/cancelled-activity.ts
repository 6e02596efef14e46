import { ActivityFailure, isCancellation } from "@temporalio/workflow";

/**
 * Whether an error is what a cancel came to, where one was asked for. Temporal does not try an activity again once it was
 * asked to stop: one whose worker died then, or whose database was away, ends as what it met, not as cancelled.
 */
export function isCancelledActivity(error: unknown): boolean {
  return isCancellation(error) || error instanceof ActivityFailure;
}
