import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";

/** The twelve properties of the published object, out of a description that holds more. */
export function backfillObjectOf(from: BackfillDescription): BackfillObject {
  return {
    id: from.id,
    team: from.team,
    batch_export: from.batch_export,
    start_at: from.start_at,
    end_at: from.end_at,
    adjusted_start_at: from.adjusted_start_at,
    status: from.status,
    progress: from.progress,
    total_records_count: from.total_records_count,
    created_at: from.created_at,
    finished_at: from.finished_at,
    last_updated_at: from.last_updated_at,
  };
}
