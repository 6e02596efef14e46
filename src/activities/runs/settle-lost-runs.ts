import type { Pool } from "pg";
import type { Fence } from "../../contract/activities.js";
import { afterFailure, backoffMs } from "../../domain/runs/run-policy.js";
import { pauseForFailures } from "../../store/backfills/control.js";
import { type SetbackResult, setRunBack } from "../../store/runs/close-run.js";
import {
  type LaneShare,
  listRunsAtWork,
  type LostRun,
} from "../../store/runs/open-runs.js";
import type { ActivityDependencies } from "../dependencies.js";

/** Asks the ledger, waiting for it where it is away. */
type Ledger = <T>(statement: (pool: Pool) => Promise<T>) => Promise<T>;

interface Settlement {
  readonly config: ActivityDependencies["config"];
  readonly fence: Fence;
  readonly ledger: Ledger;
  /** Null: no lane is at work, so every run that is marked so is lost. */
  readonly lane: LaneShare | null;
}

/**
 * Settles the runs of a lane that are marked as at work though nobody is: a batch and a slot belong to one activity at
 * a time, so whoever was at work there is gone. That counts as an attempt, so that a run which kills workers ends.
 */
export async function settleLostRuns(settlement: Settlement): Promise<void> {
  const { config, fence, ledger, lane } = settlement;
  const lost = await ledger((pool) =>
    listRunsAtWork(pool, { backfillId: fence.backfillId, lane }),
  );
  for (const run of lost) {
    await ledger(async (pool) => {
      const result = await settleLostRun(pool, config, run);
      if ((result?.failureStreak ?? 0) > 0) await pauseForFailures(pool, fence);
    });
  }
}

/** Sets back a run that nobody is at work on any more: tried again, or failed where its attempts are spent. */
export async function settleLostRun(
  pool: Pool,
  config: ActivityDependencies["config"],
  run: LostRun,
): Promise<SetbackResult | null> {
  const next = afterFailure({
    attempt: run.attempt,
    maxAttempts: config.runs.maxAttempts,
    retryable: true,
  });
  const setback = {
    status: next === "retry" ? ("Starting" as const) : next,
    error: {
      code: "WORKER_LOST",
      message: `The worker stopped answering in attempt ${String(run.attempt)} of this run`,
      retryable: true,
    },
    // The first loss says nothing against the run: it is begun again at once.
    retryInMs:
      next === "retry" && run.attempt > 1
        ? backoffMs(config.runs, run.attempt - 1)
        : null,
    countsAsAttempt: true,
  };
  const atWork = { runId: run.id, token: run.claimToken };
  return setRunBack(pool, atWork, setback);
}
