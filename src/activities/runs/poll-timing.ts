import { Context } from "@temporalio/activity";

/** For how long an activity begins runs: its lane then makes a new one, which keeps cancels and continuing as new quick. */
export const BEGIN_LIMIT_MS = 10_000;

/** A run that is due but was not taken is looked at again this soon; one that is not due, when it is. */
const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** When to look for due runs again, of which the next one is due in `dueInMs`. */
export function nextLookMs(dueInMs: number): number {
  return Math.min(
    LONGEST_WAIT_MS,
    Math.max(SHORTEST_WAIT_MS, Math.ceil(dueInMs)),
  );
}

/** How long this attempt at the activity waited for a worker: 0 where Temporal's clock is ahead of this machine's. */
export function secondsInQueue(nowMs: number): number {
  const { currentAttemptScheduledTimestampMs: readyMs } =
    Context.current().info;
  return Math.max(0, nowMs - readyMs) / 1_000;
}
