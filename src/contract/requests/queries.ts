import { z } from "zod";
import {
  backfillStatuses,
  runStatuses,
} from "../../domain/backfills/status.js";

const cursor = z.exactOptional(
  z
    .string()
    .max(500)
    .describe("Where the page begins, as an earlier page gave it"),
);

const runLimit = z.int().min(1).max(1_000).default(100);
const runStatus = z.exactOptional(z.enum(runStatuses));
const ordinal = z.int().min(0).max(5_000_000);
const cells = z.int().min(1).max(5_000).default(1_000);

/** Which backfills of an export. */
export const backfillsQuery = z.strictObject({
  cursor,
  limit: z.int().min(1).max(200).default(50),
  ordering: z
    .enum(["created_at", "-created_at", "start_at", "-start_at"])
    .default("-created_at"),
  status: z.exactOptional(z.enum(backfillStatuses)),
});

/** Which runs of a backfill. */
export const runsQuery = z.strictObject({
  cursor: z.exactOptional(
    ordinal.describe("The ordinal after which the page begins"),
  ),
  limit: runLimit,
  status: runStatus,
});

const dayOrTime = "RFC 3339, or a date of the export's zone";

/** Which runs of an export, or of its schedule. */
export const exportRunsQuery = z.strictObject({
  cursor,
  limit: runLimit,
  status: runStatus,
  ordering: z
    .enum(["data_interval_start", "-data_interval_start"])
    .default("-data_interval_start"),
  start: z.exactOptional(
    z
      .string()
      .max(64)
      .describe(`Intervals that begin at or after this time: ${dayOrTime}`),
  ),
  end: z.exactOptional(
    z
      .string()
      .max(64)
      .describe(`Intervals that begin before this time: ${dayOrTime}`),
  ),
});

/** Which runs a calendar shows, and in how many cells. */
export const runCalendarQuery = z.strictObject({
  from: ordinal.default(0),
  to: z.exactOptional(ordinal),
  cells,
});

/** In how many buckets a throughput is shown. */
export const throughputQuery = z.strictObject({
  buckets: z.int().min(1).max(1_000).default(120),
});

const boundary = z.exactOptional(
  z
    .string()
    .max(64)
    .describe("A boundary of the interval: RFC 3339, or a date of the zone"),
);

/** Which part of a coverage. */
export const coverageQuery = z.strictObject({ start: boundary, end: boundary });

/** Which part of a coverage, and in how many cells and ranges. */
export const coverageCalendarQuery = coverageQuery.extend({
  cells,
  ranges: z.int().min(0).max(1_000).default(500),
});
