import type { RunObject } from "../contract/backfill.js";
import type { RunStatus } from "../domain/status.js";
import { rfc3339, rfc3339OrNull } from "../store/instant-text.js";
import { type RunRow, listRunRows } from "../store/runs.js";
import type { OperationContext } from "./context.js";
import { findOrFail } from "./find-backfill.js";

/** One page of the database: enough to be fast, little enough to hold. */
const PAGE_RUNS = 1_000;

export interface RunListing {
  readonly id: string;
  readonly status: RunStatus | null;
  /** Null: all. */
  readonly limit: number | null;
  /** Only runs with a higher ordinal; null: from the first. */
  readonly after: number | null;
}

/**
 * The runs of a backfill in the order of export, read page by page.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function* listRuns(
  { pool }: OperationContext,
  listing: RunListing,
): AsyncGenerator<RunObject> {
  const { id: backfillId } = await findOrFail(pool, listing.id);
  let after = listing.after ?? -1;
  let left = listing.limit ?? Infinity;
  while (left > 0) {
    const limit = Math.min(PAGE_RUNS, left);
    const rows = await listRunRows(pool, {
      backfillId,
      status: listing.status,
      after,
      limit,
    });
    yield* rows.map(runObjectOf);
    if (rows.length < limit) return;
    left -= rows.length;
    after = rows.at(-1)?.ordinal ?? after;
  }
}

/** The published object. */
export function runObjectOf(row: RunRow): RunObject {
  return {
    id: row.id,
    backfill: row.backfill_id,
    batch_export: row.batch_export_id,
    team: row.team,
    ordinal: row.ordinal,
    data_interval_start: rfc3339(row.data_interval_start),
    data_interval_end: rfc3339(row.data_interval_end),
    status: row.status,
    records_completed: row.records_completed,
    records_expected: row.records_expected,
    bytes_exported: row.bytes_exported,
    attempt: row.attempt,
    latest_error: row.latest_error,
    skip_reason: row.skip_reason,
    files: row.files ?? [],
    created_at: rfc3339(row.created_at),
    started_at: rfc3339OrNull(row.started_at),
    finished_at: rfc3339OrNull(row.finished_at),
    last_updated_at: rfc3339(row.last_updated_at),
  };
}
