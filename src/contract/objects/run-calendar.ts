import { z } from "zod";
import { runStatuses } from "../../domain/backfills/status.js";
import { instant, int64, type Published } from "./published.js";

const cellObject = z.object({
  start: instant.describe("Where an interval of theirs begins"),
  records: int64,
  runs: z
    .partialRecord(z.enum(runStatuses), z.int())
    .describe("How many of them have which status"),
});

/** The runs `[from, to)` of a backfill in few cells. */
export const runCalendarObject = z.object({
  total_runs: z.int(),
  from: z.int(),
  to: z.int(),
  runs_per_cell: z.int(),
  cells: z
    .array(cellObject)
    .describe(
      "Cell i holds runs_per_cell runs from from + i * runs_per_cell on, in the order of export",
    ),
});

export type CalendarCellObject = Published<typeof cellObject>;
export type RunCalendarObject = Published<typeof runCalendarObject>;
