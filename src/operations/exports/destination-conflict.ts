import type { BatchExportDefinition } from "../../definition/definition.js";
import {
  canCollide,
  outputText,
} from "../../definition/destinations/output-conflict.js";
import { RefillError } from "../../domain/errors.js";
import type { Queryable } from "../../store/database/queryable.js";
import { listExportRows } from "../../store/exports/export-rows.js";

/**
 * Refuses a definition whose output could have the name of another export's, or of a folder of it: each would replace
 * the other's, or stand in its way.
 * @throws RefillError DESTINATION_SHARED
 */
export async function refuseSharedDestination(
  db: Queryable,
  definition: BatchExportDefinition,
  ownId: string | null,
): Promise<void> {
  const others = await listExportRows(db, null);
  const holder = others.find(
    (other) => other.id !== ownId && canCollide(definition, other.definition),
  );
  if (holder === undefined) return;
  throw new RefillError(
    "DESTINATION_SHARED",
    `Expected a destination of its own; got one in which ${outputText(definition)} can be the same as what export ${holder.name} of team ${String(holder.team)} writes. Choose another path, key or table.`,
    { details: { export: holder.id, team: holder.team } },
  );
}
