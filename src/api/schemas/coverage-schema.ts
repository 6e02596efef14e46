const time = { type: "string", format: "date-time" } as const;
const timeOrNull = { ...time, type: ["string", "null"] } as const;
const count = { type: "integer" } as const;

const states = ["covered", "stale", "open", "failed", "missing"] as const;

const countsSchema = {
  type: "object",
  properties: {
    total: count,
    covered: count,
    stale: count,
    open: count,
    failed: count,
    missing: count,
  },
  required: ["total", ...states],
} as const;

const rangeSchema = {
  type: "object",
  properties: {
    start: time,
    end: time,
    state: { type: "string", enum: states },
    reason: { type: ["string", "null"] },
    intervals: count,
    backfill: { type: ["string", "null"], format: "uuid" },
  },
  required: ["start", "end", "state", "intervals"],
} as const;

const properties = {
  batch_export: { type: "string", format: "uuid" },
  definition_version: count,
  start: timeOrNull,
  end: time,
  intervals: countsSchema,
  ranges: { type: "array", items: rangeSchema },
} as const;

const required = [
  "batch_export",
  "start",
  "end",
  "intervals",
  "ranges",
] as const;

/** What the coverage of an export answers. */
export const coverageSchema = {
  type: "object",
  properties,
  required,
} as const;

const cellSchema = {
  type: "object",
  properties: {
    start: time,
    end: time,
    intervals: { type: "object", additionalProperties: count },
  },
  required: ["start", "end", "intervals"],
} as const;

/** What the calendar of a coverage answers. */
export const coverageCalendarSchema = {
  type: "object",
  properties: {
    ...properties,
    intervals_per_cell: count,
    cells: { type: "array", items: cellSchema },
    total_ranges: count,
  },
  required: [...required, "intervals_per_cell", "cells", "total_ranges"],
} as const;
