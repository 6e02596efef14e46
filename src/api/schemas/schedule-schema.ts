import { auditModes } from "../../contract/schedule.js";

const DAY_SECONDS = 86_400;
const text = { type: "string" } as const;
const textOrNull = { type: ["string", "null"] } as const;
const time = { type: "string", format: "date-time" } as const;
const timeOrNull = { type: ["string", "null"], format: "date-time" } as const;
const count = { type: "integer" } as const;
const seconds = { type: "number" } as const;
const audit = { type: "string", enum: auditModes } as const;

/** A schedule as the surfaces show it. */
export const scheduleSchema = {
  $id: "BatchExportSchedule",
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    team: count,
    batch_export: { type: "string", format: "uuid" },
    export_name: text,
    live_from: time,
    fired_through: time,
    next_interval_end: time,
    lookback: count,
    delay_seconds: seconds,
    jitter_seconds: seconds,
    catch_up_seconds: seconds,
    concurrency: count,
    audit,
    last_audit: {
      type: ["object", "null"],
      description: "The gaps that the latest audit found, and what it did",
    },
    note: textOrNull,
    paused: { type: "boolean" },
    paused_at: timeOrNull,
    paused_reason: textOrNull,
    last_fired_for: timeOrNull,
    last_fired_at: timeOrNull,
    runs: {
      type: "object",
      properties: { open: count, completed: count, failed: count },
      required: ["open", "completed", "failed"],
    },
    latest_error: { type: ["object", "null"] },
    commands: {
      type: "array",
      description: "What was done to it, the latest twenty, oldest first",
      items: {
        type: "object",
        properties: {
          kind: {
            type: "string",
            enum: ["pause", "resume", "trigger", "delete"],
          },
          reason: textOrNull,
          requested_by: text,
          requested_at: time,
        },
        required: ["kind", "reason", "requested_by", "requested_at"],
      },
    },
    created_by: text,
    created_at: time,
    last_updated_at: time,
    temporal: {
      type: "object",
      properties: { schedule_id: text, mirrored: { type: "boolean" } },
      required: ["schedule_id", "mirrored"],
    },
  },
  required: [
    "id",
    "team",
    "batch_export",
    "export_name",
    "live_from",
    "fired_through",
    "paused",
    "runs",
    "commands",
    "created_by",
    "created_at",
  ],
} as const;

/** The body that makes a schedule: the options of `refill schedule create`. */
export const createScheduleSchema = {
  type: "object",
  properties: {
    live_from: {
      type: ["string", "null"],
      maxLength: 64,
      default: null,
      description:
        "Where its coverage begins, a boundary of the interval: RFC 3339, or a date of the zone; null: with the interval that is going on now",
    },
    lookback: {
      type: "integer",
      minimum: 0,
      maximum: 1_000,
      default: 0,
      description: "So many intervals before the new one are exported again",
    },
    delay_seconds: {
      type: "integer",
      minimum: 0,
      maximum: DAY_SECONDS,
      default: 0,
      description: "How long to wait after an interval has closed",
    },
    jitter_seconds: {
      type: "integer",
      minimum: 0,
      maximum: DAY_SECONDS,
      default: 0,
      description: "Over how long firings are spread",
    },
    catch_up_seconds: {
      type: "integer",
      minimum: 10,
      maximum: 365 * DAY_SECONDS,
      default: 7 * DAY_SECONDS,
      description:
        "Firings missed no longer ago than this are made up for; the next firing takes up what is older",
    },
    concurrency: { type: "integer", minimum: 1, maximum: 100, default: 4 },
    audit: {
      ...audit,
      default: "off",
      description:
        "What to do about gaps at night: nothing, show them, or start the backfills that close them",
    },
    note: { type: ["string", "null"], maxLength: 1_000, default: null },
  },
  additionalProperties: false,
} as const;
