import { z } from "zod";
import { coverageStates } from "../../domain/coverage/coverage-state.js";
import { auditModes } from "../../domain/schedules/audit-mode.js";
import { errorObject } from "./error.js";
import { instant, type Published, uuid } from "./published.js";

/** What the latest audit of a schedule found. */
const auditObject = z
  .object({
    at: instant,
    mode: z.enum(auditModes),
    missing_intervals: z.int(),
    failed_intervals: z.int(),
    gaps: z
      .array(
        z.object({
          start: instant,
          end: instant,
          state: z.enum(coverageStates).extract(["missing", "failed"]),
        }),
      )
      .describe("The first hundred, as the coverage shows them"),
    backfills: z.array(uuid).describe("The ids of those that it started"),
    problem: z
      .string()
      .nullable()
      .describe("Why it could not do all that was asked; null where it could"),
  })
  .describe("The gaps that the latest audit found, and what it did");

const scheduleCommandObject = z.object({
  kind: z.enum(["pause", "resume", "trigger", "delete"]),
  reason: z.string().nullable(),
  requested_by: z.string(),
  requested_at: instant,
});

/** A schedule: each interval of an export as it closes. */
export const scheduleObject = z
  .object({
    id: uuid,
    team: z.int(),
    batch_export: uuid,
    export_name: z.string(),
    live_from: instant.describe("Where its own coverage begins"),
    fired_through: instant.describe(
      "The end of the last interval that a firing took up",
    ),
    next_interval_end: instant.describe(
      "When the interval that is in progress closes",
    ),
    lookback: z.int(),
    delay_seconds: z.number(),
    jitter_seconds: z.number(),
    catch_up_seconds: z.number(),
    concurrency: z.int(),
    audit: z.enum(auditModes),
    last_audit: auditObject.nullable(),
    note: z.string().nullable(),
    paused: z.boolean(),
    paused_at: instant.nullable(),
    paused_reason: z.string().nullable(),
    last_fired_for: instant
      .nullable()
      .describe("The nominal time of the latest firing"),
    last_fired_at: instant.nullable().describe("When that was recorded"),
    runs: z.object({ open: z.int(), completed: z.int(), failed: z.int() }),
    latest_error: errorObject.nullable(),
    commands: z
      .array(scheduleCommandObject)
      .describe("What was done to it, the latest twenty, oldest first"),
    created_by: z.string(),
    created_at: instant,
    last_updated_at: instant,
    temporal: z.object({
      schedule_id: z.string(),
      mirrored: z
        .boolean()
        .describe("Whether Temporal is known to have all of the above"),
    }),
  })
  .meta({ id: "BatchExportSchedule" });

export type AuditObject = Published<typeof auditObject>;
export type ScheduleCommandObject = Published<typeof scheduleCommandObject>;
export type ScheduleObject = Published<typeof scheduleObject>;
