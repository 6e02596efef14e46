import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { markExportDeleted } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import {
  deleteSchedulesOf,
  mirrorIfReachable,
} from "../schedules/steer-schedule.js";
import { exportObjectOf } from "./export-object.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/**
 * Hides an export, frees its name and ends its schedule. Open backfills of it go on: they have their definition pinned.
 * @throws RefillError EXPORT_NOT_FOUND, EXPORT_AMBIGUOUS
 */
export async function deleteExport(
  context: OperationContext,
  reference: ExportReference,
): Promise<BatchExportObject> {
  const row = await resolveExport(context, reference);
  const { requestedBy } = context;
  const scheduleIds = await inTransaction(context.pool, async (client) => {
    await markExportDeleted(client, { id: row.id, deletedBy: requestedBy });
    return deleteSchedulesOf(client, { batchExportId: row.id, requestedBy });
  });
  // Where Temporal is away, reconciling removes them later: from here on a firing finds nothing to do.
  for (const id of scheduleIds) await mirrorIfReachable(context, id);
  return exportObjectOf(row);
}
