import type { BatchExportObject } from "../contract/backfill.js";
import { markExportDeleted } from "../store/batch-exports.js";
import type { OperationContext } from "./context.js";
import { exportObjectOf } from "./export-object.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/**
 * Hides an export and frees its name. Open backfills of it go on: they have their definition pinned.
 * @throws RefillError EXPORT_NOT_FOUND, EXPORT_AMBIGUOUS
 */
export async function deleteExport(
  context: OperationContext,
  reference: ExportReference,
): Promise<BatchExportObject> {
  const row = await resolveExport(context, reference);
  await markExportDeleted(context.pool, row.id);
  return exportObjectOf(row);
}
