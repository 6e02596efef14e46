import { z } from "zod";
import { auditModes } from "../../domain/schedules/audit-mode.js";

const DAY_SECONDS = 86_400;

/** The body that makes a schedule: the options of `refill schedule create`. */
export const createScheduleBody = z.strictObject({
  live_from: z
    .string()
    .max(64)
    .nullable()
    .default(null)
    .describe(
      "Where its coverage begins, a boundary of the interval: RFC 3339, or a date of the zone; null: with the interval that is going on now",
    ),
  lookback: z
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe("So many intervals before the new one are exported again"),
  delay_seconds: z
    .int()
    .min(0)
    .max(DAY_SECONDS)
    .default(0)
    .describe("How long to wait after an interval has closed"),
  jitter_seconds: z
    .int()
    .min(0)
    .max(DAY_SECONDS)
    .default(0)
    .describe("Over how long firings are spread"),
  catch_up_seconds: z
    .int()
    .min(10)
    .max(365 * DAY_SECONDS)
    .default(7 * DAY_SECONDS)
    .describe(
      "Firings missed no longer ago than this are made up for; the next firing takes up what is older",
    ),
  concurrency: z.int().min(1).max(100).default(4),
  audit: z
    .enum(auditModes)
    .default("off")
    .describe(
      "What to do about gaps at night: nothing, show them, or start the backfills that close them",
    ),
  note: z.string().max(1_000).nullable().default(null),
});
