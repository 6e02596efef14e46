const time = { type: "string", format: "date-time" } as const;
const count = { type: ["integer", "null"], format: "int64" } as const;
const strings = { type: "array", items: { type: "string" } } as const;

/** What a plan answers. */
export const planAnswerSchema = {
  type: "object",
  properties: {
    digest: { type: "string", description: "For `plan` of a start" },
    definition_version: { type: "integer" },
    start: { type: ["string", "null"], format: "date-time" },
    end: time,
    order: { type: "string" },
    only: { type: "string" },
    overlap: { type: "string" },
    total_runs: { type: "integer" },
    total_records_count: count,
    adjusted_start_at: { type: ["string", "null"], format: "date-time" },
    estimated_seconds: { type: ["number", "null"] },
    conflicts: { type: "array", items: { type: "object" } },
    warnings: strings,
    runs: {
      type: "array",
      description: "The first and the last 500",
      items: {
        type: "object",
        properties: {
          data_interval_start: time,
          data_interval_end: time,
          records_expected: count,
        },
        required: ["data_interval_start", "data_interval_end"],
      },
    },
  },
  required: ["digest", "total_runs", "conflicts", "warnings", "runs"],
} as const;

const end = {
  type: "object",
  properties: {
    ok: { type: "boolean", const: true },
    columns: strings,
    warnings: strings,
    identity: { type: "string" },
  },
  required: ["ok"],
} as const;

/** What a test of an export answers. */
export const exportTestSchema = {
  type: "object",
  properties: {
    batch_export: { type: "string", format: "uuid" },
    source: end,
    destination: end,
  },
  required: ["batch_export", "source", "destination"],
} as const;
