import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { insertExport, lockExports } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import { refuseSharedDestination } from "./destination-conflict.js";
import { exportObjectOf } from "./export-object.js";
import { resolveExport } from "./resolve-export.js";

/**
 * Creates a batch export with the first version of its definition.
 * @throws RefillError EXPORT_NAME_TAKEN, DESTINATION_SHARED
 */
export async function createExport(
  context: OperationContext,
  { definition }: { readonly definition: BatchExportDefinition },
): Promise<BatchExportObject> {
  const id = await inTransaction(context.pool, async (client) => {
    await lockExports(client);
    const created = await insertExport(client, {
      definition,
      createdBy: context.requestedBy,
    });
    if (created !== null) {
      await refuseSharedDestination(client, definition, created);
    }
    return created;
  });
  if (id === null) throw nameTaken(definition);
  return exportObjectOf(
    await resolveExport(context, { export: id, team: null }),
  );
}

/** The name belongs to another undeleted export of the team. */
export function nameTaken(definition: BatchExportDefinition): RefillError {
  return new RefillError(
    "EXPORT_NAME_TAKEN",
    `Expected a name that no export of team ${String(definition.team)} has; got ${definition.name}, which is taken. Choose another, or update that export.`,
    { details: { name: definition.name, team: definition.team } },
  );
}
