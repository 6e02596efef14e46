import { z } from "zod";
import { cancelModes } from "../../domain/backfills/cancel-mode.js";
import { pauseCauses } from "../../domain/backfills/pause-cause.js";
import { overlaps } from "../../domain/plans/overlap.js";
import { runOrders } from "../../domain/plans/run-order.js";
import { backfillObject } from "./backfill.js";
import { errorObject } from "./error.js";
import { instant, int64, type Published, uuid } from "./published.js";

const runCountsObject = z.object({
  total: z.int(),
  starting: z.int(),
  running: z.int(),
  completed: z.int(),
  empty: z
    .int()
    .describe("Of the completed: closed without an export, as `no data`"),
  failed: z.int(),
  failed_retryable: z.int(),
  timed_out: z.int(),
  cancelled: z.int(),
  terminated: z.int(),
});

const rateObject = z.object({
  records_per_second: z.number().nullable(),
  runs_per_second: z.number().nullable(),
  eta_seconds: z.int().nullable(),
  eta_range_seconds: z
    .object({ low: z.int(), high: z.int().nullable() })
    .nullable()
    .describe(
      "At the best and at the worst of the last minute's thirds; a null high: in one of them nothing was finished",
    ),
});

const failureGroupObject = z.object({
  code: z.string(),
  fingerprint: z
    .string()
    .describe("The code and the message, with # for what differs"),
  runs: z.int(),
  retryable: z.boolean(),
  first_at: instant,
  last_at: instant,
  sample: z.object({ ordinal: z.int(), message: z.string() }),
});

const commandObject = z.object({
  id: uuid,
  kind: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  requested_by: z.string(),
  requested_at: instant,
  reason: z.string().nullable(),
});

const temporalLinkObject = z.object({
  namespace: z.string(),
  workflow_id: z.string(),
  first_execution_run_id: z.string().nullable(),
  web_url: z.string().nullable(),
});

/** What `backfill describe` says: the backfill object, and all that is on no other surface. */
export const backfillDescription = backfillObject
  .extend({
    generation: z.int().describe("1, and one more with each retry"),
    order: z.enum(runOrders),
    overlap: z
      .enum(overlaps)
      .describe("What happens beside open backfills of its export"),
    waits_for: z
      .array(uuid)
      .describe("The open backfills that a queued one waits for, oldest first"),
    concurrency: z
      .int()
      .describe("Runs in flight at most; 0 where that was asked for"),
    stop_after: z
      .int()
      .describe(
        "This many runs failing alike in a row pause the backfill; 0: never",
      ),
    paused: z.boolean(),
    paused_at: instant.nullable(),
    paused_by: z.enum(pauseCauses).nullable(),
    paused_reason: z.string().nullable(),
    note: z.string().nullable(),
    requested_by: z.string(),
    definition_version: z
      .int()
      .describe("What runs that have not begun are exported under"),
    repinned_from: z
      .int()
      .nullable()
      .describe(
        "The version that it was planned with, where it has taken another one since",
      ),
    export_definition_version: z
      .int()
      .describe("The current version of its export"),
    plan_digest: z.string().nullable(),
    warnings: z.array(z.string()),
    runs: runCountsObject.nullable().describe("Null until planned"),
    records_completed: int64,
    bytes_exported: int64,
    rate: rateObject
      .nullable()
      .describe(
        "Over the last minute of work; null once closed, a null part: not known yet",
      ),
    error: errorObject.nullable(),
    failures: z
      .array(failureGroupObject)
      .describe(
        "Failed runs, those whose errors differ in names, numbers and times alone as one",
      ),
    commands: z.array(commandObject).describe("The audit trail, oldest first"),
    cancel_requested_at: instant.nullable(),
    cancel_mode: z.enum(cancelModes).nullable(),
    temporal: temporalLinkObject,
  })
  .meta({ id: "BatchExportBackfillDescription" });

export type RunCountsObject = Published<typeof runCountsObject>;
export type RateObject = Published<typeof rateObject>;
export type FailureGroupObject = Published<typeof failureGroupObject>;
export type CommandObject = Published<typeof commandObject>;
export type BackfillDescription = Published<typeof backfillDescription>;
