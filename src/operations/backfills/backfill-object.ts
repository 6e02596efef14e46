import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import { progressOf } from "../../domain/backfills/progress.js";
import { isOpen } from "../../domain/backfills/status.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";

/** What people want to see beside the published object, whose properties are fixed. */
export interface BackfillRemarks {
  readonly exportName: string;
  /** Null: not paused, or closed. */
  readonly pausedAt: string | null;
  readonly pausedReason: string | null;
  /** Why it ended badly as a whole; null where it did not, or where its runs tell. */
  readonly error: ErrorObject | null;
}

/** The remarks of a row. */
export function backfillRemarksOf(row: BackfillRow): BackfillRemarks {
  return {
    exportName: row.export_name,
    pausedAt: isOpen(row.status) ? rfc3339OrNull(row.paused_at) : null,
    pausedReason: row.paused_reason,
    error: row.failure,
  };
}

/** The published object: the twelve properties, in the order of docs/contract.md. */
export function backfillObjectOf(row: BackfillRow): BackfillObject {
  const { completed, failed, failed_retryable, timed_out } = row.tally;
  return {
    id: row.id,
    team: row.team,
    batch_export: row.batch_export_id,
    start_at: rfc3339OrNull(row.start_at),
    end_at: rfc3339OrNull(row.end_at),
    adjusted_start_at: rfc3339OrNull(row.adjusted_start_at),
    status: row.status,
    progress: progressOf({
      totalRuns: row.total_runs,
      finishedRuns: completed + failed + failed_retryable + timed_out,
      status: row.status,
    }),
    total_records_count: isOpen(row.status)
      ? row.estimated_records
      : row.total_records,
    created_at: rfc3339(row.created_at),
    finished_at: rfc3339OrNull(row.finished_at),
    last_updated_at: rfc3339(row.last_updated_at),
  };
}
