/** Told of what a worker's activities come to, for whoever watches it. */
export interface RunMeter {
  /** A run was claimed: an attempt at it begins. */
  began(): void;
  /** The attempt has ended. */
  ended(outcome: AttemptOutcome): void;
  completed(result: {
    readonly records: number;
    readonly bytes: number;
    readonly seconds: number;
  }): void;
  /** The attempt came to nothing; whether the run is tried again is for its attempts to say. */
  failed(code: string): void;
  /** An activity that exports began, so long after Temporal had it ready. */
  waited(queue: "exports" | "live", seconds: number): void;
  /** A backfill whose workflow had ended without a word was closed with this status. */
  reconciled(status: string): void;
}

/**
 * How an attempt at a run ended: `failed` closed the run, `set-back` left it to be tried again, `handed-over` too, because the
 * worker ends, and `unknown` could not be written to the ledger.
 */
export type AttemptOutcome =
  "completed" | "failed" | "set-back" | "handed-over" | "cancelled" | "unknown";
