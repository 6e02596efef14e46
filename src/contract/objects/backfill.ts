import { z } from "zod";
import { backfillStatuses } from "../../domain/backfills/status.js";
import { instant, int64, type Published, uuid } from "./published.js";

/** The enum component of the contract, in its order. */
export const backfillStatus = z
  .enum(backfillStatuses)
  .meta({ id: "BatchExportBackfillStatusEnum" });

const progressObject = z
  .object({
    total_runs: z.int().nullable(),
    finished_runs: z.int().nullable(),
    // Rounded down to four decimals, so that 1 means that all runs are finished.
    progress: z.number().nullable(),
  })
  // Every property is always there. The contract's schema does not promise it, and this one has to equal it.
  .meta({ required: undefined });

/** The backfill object: exactly these twelve properties on every surface. Its component equals docs/backfill.schema.json. */
export const backfillObject = z
  .object({
    id: uuid.meta({ readOnly: true }),
    team: z.int(),
    batch_export: uuid,
    start_at: instant.nullable(),
    end_at: instant.nullable(),
    adjusted_start_at: instant.nullable(),
    // A copy: jsonSchemaOf writes a copy of a component as the contract does, as `allOf` of a reference.
    status: backfillStatus.clone(),
    progress: progressObject.nullable().meta({ readOnly: true }),
    total_records_count: int64.nullable(),
    created_at: instant.meta({ readOnly: true }),
    finished_at: instant.nullable(),
    last_updated_at: instant.meta({ readOnly: true }),
  })
  .meta({
    id: "BatchExportBackfill",
    title: "BatchExportBackfill",
    required: [
      "batch_export",
      "created_at",
      "id",
      "last_updated_at",
      "progress",
      "status",
      "team",
    ],
  });

export type BackfillObject = Published<typeof backfillObject>;
export type ProgressObject = Published<typeof progressObject>;
