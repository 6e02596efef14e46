import { runStatuses } from "../../domain/backfills/status.js";

const text = { type: "string" } as const;
const time = { type: "string", format: "date-time" } as const;
const timeOrNull = { type: ["string", "null"], format: "date-time" } as const;
const count = { type: ["integer", "null"], format: "int64" } as const;

/** The run object of the contract. */
export const runSchema = {
  $id: "BatchExportRun",
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    backfill: { type: ["string", "null"], format: "uuid" },
    batch_export: { type: "string", format: "uuid" },
    team: { type: "integer" },
    ordinal: { type: ["integer", "null"] },
    data_interval_start: time,
    data_interval_end: time,
    status: {
      type: "string",
      enum: runStatuses,
    },
    records_completed: count,
    records_expected: count,
    bytes_exported: count,
    attempt: { type: "integer" },
    latest_error: {
      type: ["object", "null"],
      properties: { code: text, message: text, retryable: { type: "boolean" } },
      required: ["code", "message", "retryable"],
    },
    skip_reason: { type: ["string", "null"] },
    files: {
      type: "array",
      items: {
        type: "object",
        properties: {
          key: text,
          bytes: { type: "integer" },
          records: { type: "integer" },
          sha256: text,
        },
        required: ["key", "bytes", "records", "sha256"],
      },
    },
    created_at: time,
    started_at: timeOrNull,
    finished_at: timeOrNull,
    last_updated_at: time,
  },
  required: ["id", "batch_export", "team", "status", "files", "created_at"],
} as const;
