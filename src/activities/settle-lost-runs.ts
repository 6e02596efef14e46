import { afterFailure, backoffMs } from "../domain/run-policy.js";
import { setRunBack } from "../store/close-run.js";
import { type LostRun, listRunsAtWork } from "../store/open-runs.js";
import type { ExportSession } from "./export-session.js";

/**
 * Settles the runs of a batch that are marked as at work though nobody is: a batch belongs to one activity at a time,
 * so whoever was at work on them is gone. That counts as an attempt, so that a run which kills workers comes to an end.
 */
export async function settleLostRuns(session: ExportSession): Promise<void> {
  const lost = await session.ledger((pool) =>
    listRunsAtWork(pool, session.input),
  );
  for (const run of lost) await settle(session, run);
}

async function settle(session: ExportSession, run: LostRun): Promise<void> {
  const { runs: policy } = session.dependencies.config;
  const next = afterFailure({
    attempt: run.attempt,
    maxAttempts: policy.maxAttempts,
    retryable: true,
  });
  await session.ledger((pool) =>
    setRunBack(
      pool,
      { runId: run.id, token: run.claimToken },
      {
        status: next === "retry" ? "Starting" : next,
        error: {
          code: "WORKER_LOST",
          message: `The worker stopped answering in attempt ${String(run.attempt)} of this run`,
          retryable: true,
        },
        // The first loss says nothing against the run: it is begun again at once.
        retryInMs:
          next === "retry" && run.attempt > 1
            ? backoffMs(policy, run.attempt - 1)
            : null,
        countsAsAttempt: true,
      },
    ),
  );
}
