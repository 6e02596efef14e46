import { z } from "zod";
import { overlaps } from "../../domain/plans/overlap.js";
import { digestPattern } from "../../domain/plans/plan-digest.js";
import { runOrders } from "../../domain/plans/run-order.js";

const time = z
  .string()
  .max(64)
  .nullable()
  .default(null)
  .describe(
    "RFC 3339 with an offset; for exports by day, week or month a bare date means that day's boundary in the export's zone",
  );

const digest = z.string().regex(digestPattern);

/** The body of a plan: what a start of the same would run. */
export const planBody = z.strictObject({
  start_at: time,
  end_at: time,
  order: z.enum(runOrders).default("oldest"),
  only: z
    .string()
    .min(1)
    .max(10_000)
    .default("all")
    .describe(
      "Which intervals to run: all, missing, failed, stale, or ranges START/END, several separated by commas",
    ),
  overlap: z
    .enum(overlaps)
    .default("refuse")
    .describe(
      "Beside an open backfill of the export: refuse to start, trim the range to what is free, or queue behind it",
    ),
});

/** The body of a start: that of a plan, and what only a start has. */
export const startBody = planBody.extend({
  concurrency: z.int().min(1).max(500).default(4),
  stop_after: z
    .int()
    .min(0)
    .max(5_000_000)
    .nullable()
    .default(null)
    .describe(
      "So many runs failing alike in a row pause the backfill; 0: never; null: 5, while 100 or more are open",
    ),
  plan: z
    .union([digest, z.looseObject({ digest })])
    .nullable()
    .default(null)
    .describe(
      "Refuses to start when the plan would now be another than the one of this digest, or than this answer of plan/, of which it says how the new one differs",
    ),
  time_limit_seconds: z.int().min(1).max(31_536_000).nullable().default(null),
  note: z.string().max(1_000).nullable().default(null),
});
