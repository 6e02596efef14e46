import type { LedgerSummary } from "../../contract/activities.js";
import { openRunsOf } from "../../operations/backfills/close-backfill.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";

/** The ledger in the few numbers that a workflow carries. */
export function ledgerSummaryOf(row: BackfillRow): LedgerSummary {
  const { tally } = row;
  return {
    totalRuns: row.total_runs ?? 0,
    openRuns: openRunsOf(tally),
    completedRuns: tally.completed,
    failedRuns: tally.failed + tally.failed_retryable + tally.timed_out,
    emptyRuns: tally.empty,
    records: String(tally.records),
  };
}
