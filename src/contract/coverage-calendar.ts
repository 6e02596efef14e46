import type { CoverageState } from "../domain/coverage/coverage.js";
import type { CoverageObject, CoverageRangeObject } from "./backfill.js";

/** Consecutive intervals of an export. */
export interface CoverageCellObject {
  readonly start: string;
  readonly end: string;
  /** How many of them stand in which state. */
  readonly intervals: Readonly<Partial<Record<CoverageState, number>>>;
}

/** The coverage of an export in few cells and the first of its ranges, however many intervals there are. */
export interface CoverageCalendarObject extends Omit<CoverageObject, "ranges"> {
  readonly intervals_per_cell: number;
  readonly cells: readonly CoverageCellObject[];
  readonly total_ranges: number;
  readonly ranges: readonly CoverageRangeObject[];
}
