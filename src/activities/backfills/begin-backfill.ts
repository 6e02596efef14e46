import type { BackfillBeginning, Fence } from "../../contract/activities.js";
import { controlOf, findBackfill } from "../../store/backfills/backfill-row.js";
import {
  markContinuedAsNew,
  markRunning,
} from "../../store/backfills/backfill-state.js";
import { reopenNextRuns } from "../../store/backfills/reopen-backfill.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { fencedOff } from "../activity-failure.js";
import type { ActivityDependencies } from "../dependencies.js";
import { ledgerSummaryOf } from "./ledger-summary.js";

/** Well within the activity's time limit. */
const REOPEN_FOR_MS = 30_000;

/**
 * Opens what a retry has left to be opened, writes Running for this Temporal run, and tells it where the backfill stands.
 * Until then the backfill is Starting. Millions of runs take several attempts, each from where the one before came to.
 */
export async function beginBackfill(
  { pool, nowMs }: ActivityDependencies,
  input: Fence & { readonly executionIndex: number },
): Promise<BackfillBeginning> {
  const untilMs = nowMs() + REOPEN_FOR_MS;
  while (!(await inTransaction(pool, (db) => reopenNextRuns(db, input)))) {
    if (nowMs() > untilMs) throw new Error("Runs are still being reopened");
  }
  const isOurs = await markRunning(pool, input);
  const row = isOurs ? await findBackfill(pool, input.backfillId) : null;
  if (row === null) throw fencedOff(input);
  return {
    planned: row.planned_at !== null,
    control: controlOf(row),
    stopAfter: row.stop_after,
    ledger: ledgerSummaryOf(row),
  };
}

/** Writes ContinuedAsNew: the last word of a Temporal run that has a successor. */
export async function writeContinuedAsNew(
  { pool }: ActivityDependencies,
  input: Fence & { readonly executionIndex: number },
): Promise<void> {
  await markContinuedAsNew(pool, input);
}
