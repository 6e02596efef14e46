import { log } from "@temporalio/activity";
import type {
  BackfillClosing,
  FinishInput,
} from "../../contract/activities.js";
import { isOpen } from "../../domain/backfills/status.js";
import {
  closeBackfill,
  type Closing,
  closingByRuns,
  openRunsOf,
} from "../../operations/backfills/close-backfill.js";
import { wakeQueued } from "../../operations/backfills/wake-queued.js";
import {
  type BackfillRow,
  findBackfill,
} from "../../store/backfills/backfill-row.js";
import { fencedOff } from "../activity-failure.js";
import type { ActivityDependencies } from "../dependencies.js";
import { loggedError } from "../runs/run-log.js";
import { ledgerSummaryOf } from "./ledger-summary.js";

/** Closes the backfill with the status that is true of it. Doing it again answers the same. */
export async function finishBackfill(
  dependencies: ActivityDependencies,
  input: FinishInput,
): Promise<BackfillClosing> {
  const { pool } = dependencies;
  await closeBackfill(pool, input, (row) => closingOf(input, row));
  await wakeQueued(dependencies, input.backfillId).catch((error: unknown) => {
    log.warn("Queued backfills could not be told", {
      backfill_id: input.backfillId,
      error: loggedError(dependencies, error),
    });
  });
  const row = await findBackfill(pool, input.backfillId);
  if (row === null || row.generation !== input.generation || isOpen(row.status))
    throw fencedOff(input);
  return { status: row.status, ledger: ledgerSummaryOf(row) };
}

function closingOf(input: FinishInput, row: BackfillRow): Closing {
  const { planFailure } = input;
  if (planFailure !== null) {
    return {
      status: planFailure.retryable ? "FailedRetryable" : "Failed",
      failure: planFailure,
    };
  }
  const open = row.total_runs === null ? null : openRunsOf(row.tally);
  // A cancel that comes after the last run has nothing left to stop.
  if (input.cancelled && open !== 0) {
    return { status: "Cancelled", failure: null };
  }
  if (open !== 0) {
    // Never closed on hope: this fails, is retried and is seen, until whoever is wrong is mended.
    throw new Error(
      `The workflow wants to close backfill ${row.id}, but ${open === null ? "it has no plan" : `${String(open)} runs are open`}`,
    );
  }
  return closingByRuns(row.tally);
}
