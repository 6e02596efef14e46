import { z } from "zod";
import { coverageStates } from "../../domain/coverage/coverage-state.js";
import { instant, type Published, uuid } from "./published.js";

const coverageState = z.enum(coverageStates);

const coverageCountsObject = z.object({
  total: z.int(),
  covered: z.int(),
  stale: z.int(),
  open: z.int(),
  failed: z.int(),
  missing: z.int(),
});

const coverageRangeObject = z.object({
  start: instant,
  end: instant,
  state: coverageState,
  reason: z
    .literal("no data")
    .nullable()
    .describe("Why nothing had to be written; null otherwise"),
  intervals: z.int(),
  backfill: uuid
    .nullable()
    .describe(
      "The one backfill that it is due to; null where there is none, or more than one",
    ),
});

/** The state of every interval of a range, consecutive ones of a state as one. */
export const coverageObject = z.object({
  batch_export: uuid,
  definition_version: z
    .int()
    .describe(
      "The current one: what was written under a definition that writes something else is stale",
    ),
  start: instant
    .nullable()
    .describe(
      "Null when no start was asked for and the ledger knows of no time",
    ),
  end: instant,
  intervals: coverageCountsObject,
  ranges: z.array(coverageRangeObject),
});

const coverageCellObject = z.object({
  start: instant,
  end: instant,
  intervals: z
    .partialRecord(coverageState, z.int())
    .describe("How many of them stand in which state"),
});

/** The coverage of an export in few cells and the first of its ranges, however many intervals there are. */
export const coverageCalendarObject = coverageObject.extend({
  intervals_per_cell: z.int(),
  cells: z.array(coverageCellObject),
  total_ranges: z.int(),
});

export type CoverageCountsObject = Published<typeof coverageCountsObject>;
export type CoverageRangeObject = Published<typeof coverageRangeObject>;
export type CoverageObject = Published<typeof coverageObject>;
export type CoverageCellObject = Published<typeof coverageCellObject>;
export type CoverageCalendarObject = Published<typeof coverageCalendarObject>;
