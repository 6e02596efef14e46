import type { BackfillBeginning, Fence } from "../contract/activities.js";
import { controlOf, findBackfill } from "../store/backfill-row.js";
import { markContinuedAsNew, markRunning } from "../store/backfill-state.js";
import { fencedOff } from "./activity-failure.js";
import type { ActivityDependencies } from "./dependencies.js";
import { ledgerSummaryOf } from "./ledger-summary.js";

/** Writes Running for this Temporal run, and tells it where the backfill stands. */
export async function beginBackfill(
  { pool }: ActivityDependencies,
  input: Fence & { readonly executionIndex: number },
): Promise<BackfillBeginning> {
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
export async function handOver(
  { pool }: ActivityDependencies,
  input: Fence & { readonly executionIndex: number },
): Promise<void> {
  await markContinuedAsNew(pool, input);
}
