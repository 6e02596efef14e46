import { RefillError } from "../errors.js";

/** What Temporal's word on a workflow means for a backfill whose row is still open. */
export type Verdict =
  | { readonly kind: "leave" }
  | { readonly kind: "close-by-ledger" }
  | {
      readonly kind: "close";
      readonly status: "Cancelled" | "Terminated" | "TimedOut";
    };

/**
 * The one place that reads the status name of a workflow execution as the client's `describe()` gives it.
 * @throws RefillError INTERNAL for a name that tells nothing: a row is never closed on a guess
 */
export function verdictOn(executionStatus: string): Verdict {
  switch (executionStatus) {
    // Open: the workflow itself writes what happens, and it still can once it is unpaused.
    case "RUNNING":
    case "PAUSED":
      return { kind: "leave" };
    // The next run of the chain is about to begin and will write Running.
    case "CONTINUED_AS_NEW":
      return { kind: "leave" };
    // The workflow ended by itself, and its last write may be missing: what the runs came to decides.
    case "COMPLETED":
    case "FAILED":
      return { kind: "close-by-ledger" };
    // It ended because its cancellation was asked for.
    case "CANCELLED":
      return { kind: "close", status: "Cancelled" };
    // Ended from outside: no workflow code ran, so nobody else will write it.
    case "TERMINATED":
      return { kind: "close", status: "Terminated" };
    case "TIMED_OUT":
      return { kind: "close", status: "TimedOut" };
    // UNSPECIFIED and UNKNOWN are what the client gives for a status that it does not know.
    default:
      throw new RefillError(
        "INTERNAL",
        `Expected a workflow status that Refill knows, got ${JSON.stringify(executionStatus)} from Temporal; ` +
          "the backfill is left as it is. Upgrade Refill to a version that knows it.",
        { details: { executionStatus } },
      );
  }
}
