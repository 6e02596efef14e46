import type { RunStatus } from "../domain/backfills/status.js";
import type { Int64 } from "./backfill.js";

/** Consecutive runs of a backfill, in the order of export. */
export interface CalendarCellObject {
  /** Where an interval of theirs begins. */
  readonly start: string;
  readonly records: Int64;
  /** How many of them have which status. */
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
}

/** The runs `[from, to)` of a backfill: cell i holds `runs_per_cell` runs from `from + i * runs_per_cell` on. */
export interface RunCalendarObject {
  readonly total_runs: number;
  readonly from: number;
  readonly to: number;
  readonly runs_per_cell: number;
  readonly cells: readonly CalendarCellObject[];
}
