import { overlaps } from "../../domain/plans/overlap.js";
import { digestPattern } from "../../domain/plans/plan-digest.js";

/** The body of a control: why, for the audit trail. */
export const reasonSchema = {
  type: ["object", "null"],
  properties: { reason: { type: "string", minLength: 1, maxLength: 1_000 } },
  additionalProperties: false,
} as const;

/** The body of a cancel. */
export const cancelSchema = {
  ...reasonSchema,
  properties: {
    ...reasonSchema.properties,
    mode: {
      type: "string",
      enum: ["drain", "stop", "abort"],
      default: "stop",
      description:
        "drain: running exports end; stop: they are stopped; abort: the workflow is terminated",
    },
  },
} as const;

/** The body of a change of concurrency. */
export const concurrencySchema = {
  type: "object",
  properties: {
    ...reasonSchema.properties,
    concurrency: { type: "integer", minimum: 0, maximum: 500 },
  },
  required: ["concurrency"],
  additionalProperties: false,
} as const;

/** The body of what needs no words. */
export const emptySchema = {
  type: ["object", "null"],
  properties: {},
  additionalProperties: false,
} as const;

const time = {
  type: ["string", "null"],
  maxLength: 64,
  description:
    "RFC 3339 with an offset; for exports by day, week or month a bare date means that day's boundary in the export's zone",
} as const;

const planProperties = {
  start_at: { ...time, default: null },
  end_at: { ...time, default: null },
  order: { type: "string", enum: ["oldest", "newest"], default: "oldest" },
  only: {
    type: "string",
    minLength: 1,
    maxLength: 10_000,
    default: "all",
    description:
      "Which intervals to run: all, missing, failed, stale, or ranges START/END, several separated by commas",
  },
  overlap: {
    type: "string",
    enum: overlaps,
    default: "refuse",
    description:
      "Beside an open backfill of the export: refuse to start, trim the range to what is free, or queue behind it",
  },
} as const;

/** The body of a plan: what a start of the same would run. */
export const planSchema = {
  type: "object",
  properties: planProperties,
  additionalProperties: false,
} as const;

/** The body of a start: that of a plan, and what only a start has. */
export const startSchema = {
  type: "object",
  properties: {
    ...planProperties,
    concurrency: { type: "integer", minimum: 1, maximum: 500, default: 4 },
    stop_after: {
      type: ["integer", "null"],
      minimum: 0,
      maximum: 5_000_000,
      default: null,
      description:
        "So many runs failing alike in a row pause the backfill; 0: never; null: 5, while 100 or more are open",
    },
    plan: {
      anyOf: [
        { type: "string", pattern: digestPattern.source },
        {
          type: "object",
          properties: {
            digest: { type: "string", pattern: digestPattern.source },
          },
          required: ["digest"],
        },
        { type: "null" },
      ],
      default: null,
      description:
        "Refuses to start when the plan would now be another than the one of this digest, or than this answer of plan/, of which it says how the new one differs",
    },
    time_limit_seconds: {
      type: ["integer", "null"],
      minimum: 1,
      maximum: 31_536_000,
      default: null,
    },
    note: { type: ["string", "null"], maxLength: 1_000, default: null },
  },
  additionalProperties: false,
} as const;

/** The body that creates or updates an export: a definition, which has rules of its own. */
export const definitionSchema = {
  type: "object",
  description: "A batch export definition, as a definition file holds it",
} as const;
