import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { definitionInvalid } from "../../definition/definition-problem.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import {
  findExports,
  lockExports,
  updateExportDefinition,
} from "../../store/exports/export-rows.js";
import { markScheduleChanged } from "../../store/schedules/schedule-rows.js";
import type { OperationContext } from "../context.js";
import { mirrorSchedulesOf } from "../schedules/steer-schedule.js";
import { nameTaken } from "./create-export.js";
import { refuseSharedDestination } from "./destination-conflict.js";
import { exportObjectOf } from "./export-object.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/**
 * Gives an export a new version of its definition. Backfills that were started keep the version they pinned; its schedule
 * fires when the new one's intervals close.
 * @throws RefillError DEFINITION_INVALID, EXPORT_NOT_FOUND, EXPORT_AMBIGUOUS, EXPORT_NAME_TAKEN, DESTINATION_SHARED
 */
export async function updateExport(
  context: OperationContext,
  input: ExportReference & { readonly definition: BatchExportDefinition },
): Promise<BatchExportObject> {
  const { id, team } = await resolveExport(context, input);
  const { definition } = input;
  if (definition.team !== team) {
    throw definitionInvalid([
      {
        path: "team",
        message: `an export stays with its team: expected ${String(team)}, got ${String(definition.team)}. Create an export in the other team instead`,
      },
    ]);
  }
  await inTransaction(context.pool, async (client) => {
    await lockExports(client);
    const holders = await findExports(client, {
      export: definition.name,
      team: definition.team,
    });
    if (holders.some((holder) => holder.id !== id)) throw nameTaken(definition);
    await refuseSharedDestination(client, definition, id);
    await updateExportDefinition(client, {
      id,
      definition,
      createdBy: context.requestedBy,
    });
    await markScheduleChanged(client, id);
  });
  await mirrorSchedulesOf(context, id);
  return exportObjectOf(
    await resolveExport(context, { export: id, team: null }),
  );
}
