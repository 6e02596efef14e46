import type { BackfillStatus } from "./status.js";

/** What is needed of a backfill to say how far it is. `totalRuns` is null until it is planned. */
export interface ProgressFacts {
  readonly totalRuns: number | null;
  readonly finishedRuns: number;
  readonly status: BackfillStatus;
}

/** The property `progress` of the backfill object (docs/contract.md, "Progress"). */
export interface Progress {
  readonly total_runs: number;
  readonly finished_runs: number;
  readonly progress: number | null;
}

/** How far a backfill is, rounded down to four decimals so that 1 means that all runs are finished. Null until planned. */
export function progressOf(facts: ProgressFacts): Progress | null {
  if (facts.totalRuns === null) return null;
  return {
    total_runs: facts.totalRuns,
    finished_runs: facts.finishedRuns,
    progress: share(facts.totalRuns, facts),
  };
}

function share(totalRuns: number, facts: ProgressFacts): number | null {
  if (totalRuns > 0) {
    // Whole numbers up to the last division: 29 of 100 is 0.29 and not 0.28999999999999998.
    return Math.floor((facts.finishedRuns * 10_000) / totalRuns) / 10_000;
  }
  return facts.status === "Completed" ? 1 : null;
}
