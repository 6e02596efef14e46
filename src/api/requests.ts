import type { BackfillParams } from "../contract/requests/paths.js";
import { RefillError } from "../domain/errors.js";
import type { ScheduleReference } from "../operations/schedules/find-schedule.js";
import { findBackfill } from "../store/backfills/backfill-row.js";
import {
  type BatchExportRow,
  findExports,
} from "../store/exports/export-rows.js";
import type { Admitted } from "./admission.js";

/**
 * The team's undeleted export of this id or name.
 * @throws RefillError EXPORT_NOT_FOUND
 */
export async function exportOfTeam(
  { team, context }: Admitted,
  reference: string,
): Promise<BatchExportRow> {
  const [found] = await findExports(context.pool, { export: reference, team });
  if (found !== undefined) return found;
  throw new RefillError(
    "EXPORT_NOT_FOUND",
    `Expected the id or the name of an export of team ${String(team)}; got ${reference}, which names none.`,
    { details: { export: reference, team } },
  );
}

/**
 * What names the schedule of the team's export: by the export's id, because a name could be another's by the time that it is
 * looked up again.
 * @throws RefillError EXPORT_NOT_FOUND
 */
export async function scheduleOfTeam(
  admitted: Admitted,
  reference: string,
): Promise<ScheduleReference> {
  const { id } = await exportOfTeam(admitted, reference);
  return { schedule: id, team: admitted.team };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Makes sure that a backfill is the team's and the export's. A backfill never changes either, so what holds here holds
 * in the operation that follows. The export may be given by name, and may be deleted by now when given by its id.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function requireBackfill(
  { team, context }: Admitted,
  params: BackfillParams,
): Promise<void> {
  const row = uuid.test(params.id)
    ? await findBackfill(context.pool, params.id.toLowerCase())
    : null;
  const isOfExport =
    row !== null &&
    (row.batch_export_id === params.export.toLowerCase() ||
      row.export_name === params.export);
  if (row?.team === team && isOfExport) return;
  throw new RefillError(
    "BACKFILL_NOT_FOUND",
    `Expected the id of a backfill of export ${params.export} in team ${String(team)}; got ${params.id}, which names none.`,
    { details: { backfill: params.id } },
  );
}
