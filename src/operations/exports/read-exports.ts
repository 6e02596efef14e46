import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import { listExportRows } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import { exportObjectOf } from "./export-object.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/** The undeleted exports, by team and name. A null team: of all teams. */
export async function listExports(
  { pool }: OperationContext,
  { team }: { readonly team: number | null },
): Promise<readonly BatchExportObject[]> {
  return (await listExportRows(pool, team)).map(exportObjectOf);
}

/** @throws RefillError EXPORT_NOT_FOUND, EXPORT_AMBIGUOUS */
export async function getExport(
  context: OperationContext,
  reference: ExportReference,
): Promise<BatchExportObject> {
  return exportObjectOf(await resolveExport(context, reference));
}
