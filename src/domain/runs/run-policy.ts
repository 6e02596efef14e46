/** How long a run waits before it is tried again. */
export interface Backoff {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** An attempt that failed. `attempt` counts from 1 and includes this one. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly retryable: boolean;
}

/** Milliseconds to wait after a failed attempt, the first being 1: initial x 4^(attempt - 1), at most the maximum. */
export function backoffMs(policy: Backoff, attempt: number): number {
  const growth = 4 ** Math.max(0, attempt - 1);
  return Math.min(policy.initialBackoffMs * growth, policy.maxBackoffMs);
}

/** What becomes of a run: tried again, or closed as worth a `retry` later, or closed as past curing. */
export function afterFailure(
  failure: FailedAttempt,
): "retry" | "FailedRetryable" | "Failed" {
  if (!failure.retryable) return "Failed";
  return failure.attempt < failure.maxAttempts ? "retry" : "FailedRetryable";
}
