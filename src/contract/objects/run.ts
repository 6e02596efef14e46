import { z } from "zod";
import { runStatuses } from "../../domain/backfills/status.js";
import { errorObject } from "./error.js";
import { instant, int64, type Published, uuid } from "./published.js";

/** A published file of a run. */
const fileObject = z.object({
  key: z.string(),
  bytes: z.int(),
  records: z.int(),
  sha256: z
    .string()
    .describe("Of the bytes as stored, in lower-case hexadecimal"),
});

/** One run of the ledger (contract, section 4). */
export const runObject = z
  .object({
    id: uuid,
    backfill: uuid.nullable().describe("Null for a live run"),
    batch_export: uuid,
    team: z.int(),
    ordinal: z
      .int()
      .nullable()
      .describe(
        "The run's number in the order of export, from 0; null for a live run",
      ),
    data_interval_start: instant,
    data_interval_end: instant,
    status: z.enum(runStatuses),
    records_completed: int64.nullable(),
    records_expected: int64.nullable().describe("Null where not counted"),
    bytes_exported: int64.nullable(),
    attempt: z.int(),
    latest_error: errorObject.nullable(),
    skip_reason: z.string().nullable(),
    files: z.array(fileObject),
    created_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    last_updated_at: instant,
  })
  .meta({ id: "BatchExportRun" });

export type FileObject = Published<typeof fileObject>;
export type RunObject = Published<typeof runObject>;
