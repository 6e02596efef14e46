import type { RunObject } from "../../contract/objects/run.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import type { RunRow } from "../../store/runs/run-rows.js";

/** The published object of a run. */
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
