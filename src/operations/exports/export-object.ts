import type { BatchExportObject } from "../../contract/objects/batch-export.js";
import { definitionToDocument } from "../../definition/definition-document.js";
import { rfc3339 } from "../../store/database/instant-text.js";
import type { BatchExportRow } from "../../store/exports/export-rows.js";

/** An export as the surfaces show it. */
export function exportObjectOf(row: BatchExportRow): BatchExportObject {
  return {
    id: row.id,
    team: row.team,
    name: row.name,
    definition_version: row.definition_version,
    definition: definitionToDocument(row.definition),
    created_at: rfc3339(row.created_at),
    last_updated_at: rfc3339(row.last_updated_at),
  };
}
