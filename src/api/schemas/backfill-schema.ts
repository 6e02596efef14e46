/** The enum component of the contract, in its order. */
export const backfillStatusSchema = {
  $id: "BatchExportBackfillStatusEnum",
  type: "string",
  enum: [
    "Cancelled",
    "Completed",
    "ContinuedAsNew",
    "Failed",
    "FailedRetryable",
    "Terminated",
    "TimedOut",
    "Running",
    "Starting",
  ],
} as const;

/** The backfill object of the contract. The bounds of int64 are added in openapi-document.ts. */
export const backfillSchema = {
  $id: "BatchExportBackfill",
  title: "BatchExportBackfill",
  type: "object",
  properties: {
    id: { type: "string", format: "uuid", readOnly: true },
    progress: {
      type: ["object", "null"],
      properties: {
        total_runs: { type: ["integer", "null"] },
        finished_runs: { type: ["integer", "null"] },
        progress: { type: ["number", "null"] },
      },
      readOnly: true,
    },
    start_at: { type: ["string", "null"], format: "date-time" },
    end_at: { type: ["string", "null"], format: "date-time" },
    status: {
      allOf: [{ $ref: "BatchExportBackfillStatusEnum#" }],
    },
    created_at: { type: "string", format: "date-time", readOnly: true },
    finished_at: { type: ["string", "null"], format: "date-time" },
    last_updated_at: { type: "string", format: "date-time", readOnly: true },
    total_records_count: { type: ["integer", "null"], format: "int64" },
    adjusted_start_at: { type: ["string", "null"], format: "date-time" },
    team: { type: "integer" },
    batch_export: { type: "string", format: "uuid" },
  },
  required: [
    "batch_export",
    "created_at",
    "id",
    "last_updated_at",
    "progress",
    "status",
    "team",
  ],
} as const;
