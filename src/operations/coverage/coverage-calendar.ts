import type { CoverageCalendarObject } from "../../contract/objects/coverage.js";
import { coverageCells } from "../../domain/coverage/coverage-cells.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { OperationContext } from "../context.js";
import { coverageCountsOf, coverageRangeObjectOf } from "./export-coverage.js";
import { type CoverageRequest, measureCoverage } from "./measure-coverage.js";

/**
 * The coverage of an export in at most `cells` cells of as many intervals each, and its first `ranges` ranges: bounded,
 * however many gaps there are.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*
 */
export async function coverageCalendar(
  context: OperationContext,
  request: CoverageRequest & {
    readonly cells: number;
    readonly ranges: number;
  },
): Promise<CoverageCalendarObject> {
  const { row, spec, startMs, endMs, ranges } = await measureCoverage(
    context,
    request,
  );
  const intervals = coverageCountsOf(ranges);
  const perCell = Math.max(1, Math.ceil(intervals.total / request.cells));
  return {
    batch_export: row.id,
    definition_version: row.definition_version,
    start: startMs === null ? null : formatInstant(startMs),
    end: formatInstant(endMs),
    intervals,
    intervals_per_cell: perCell,
    cells: coverageCells(spec, ranges, perCell).map((cell) => ({
      start: formatInstant(cell.startMs),
      end: formatInstant(cell.endMs),
      intervals: cell.intervals,
    })),
    total_ranges: ranges.length,
    ranges: ranges.slice(0, request.ranges).map(coverageRangeObjectOf),
  };
}
