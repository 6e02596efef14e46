/** A batch export as the surfaces show it. */
export const exportSchema = {
  $id: "BatchExport",
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    team: { type: "integer" },
    name: { type: "string" },
    definition_version: { type: "integer" },
    definition: { type: "object" },
    created_at: { type: "string", format: "date-time" },
    last_updated_at: { type: "string", format: "date-time" },
  },
  required: ["id", "team", "name", "definition_version", "definition"],
} as const;
