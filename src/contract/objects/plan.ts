import { z } from "zod";
import { overlaps } from "../../domain/plans/overlap.js";
import { runOrders } from "../../domain/plans/run-order.js";
import { backfillStatus } from "./backfill.js";
import { instant, int64, type Published, uuid } from "./published.js";

const plannedRunObject = z.object({
  data_interval_start: instant,
  data_interval_end: instant,
  records_expected: int64.nullable().describe("Null where not counted"),
});

const conflictObject = z
  .object({
    backfill: uuid,
    status: backfillStatus,
    start: instant.nullable().describe("Null: from the earliest data"),
    end: instant,
  })
  .describe("An open backfill of the export that holds time of the range");

/** What `backfill plan` answers: the runs that `start` would make, with nothing written. */
export const planObject = z.object({
  digest: z.string().describe("For `plan` of a start"),
  definition_version: z.int(),
  start: instant.nullable().describe("Null: from the earliest data"),
  end: instant,
  order: z.enum(runOrders),
  only: z.string(),
  overlap: z.enum(overlaps),
  total_runs: z.int(),
  total_records_count: int64.nullable(),
  adjusted_start_at: instant.nullable(),
  estimated_seconds: z.number().nullable(),
  conflicts: z.array(conflictObject),
  warnings: z.array(z.string()),
  runs: z.array(plannedRunObject).describe("The first and the last 500"),
});

export type PlannedRunObject = Published<typeof plannedRunObject>;
export type ConflictObject = Published<typeof conflictObject>;
export type PlanObject = Published<typeof planObject>;
