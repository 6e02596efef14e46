import type { BatchExportDefinition } from "../definition/definition.js";
import type { ConnectionAccess } from "./connection-access.js";
import type { Source, SourceColumn } from "./source.js";
import { createSource } from "./sources/source-registry.js";

/**
 * Opens the source that a definition names; for a run, with the columns that its backfill's plan found.
 * @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED
 */
export async function openSource(
  definition: BatchExportDefinition,
  access: ConnectionAccess,
  planned: readonly SourceColumn[] | null = null,
): Promise<Source> {
  const { source, timezone: exportTimeZone } = definition;
  return createSource(source, { access, exportTimeZone, planned });
}
