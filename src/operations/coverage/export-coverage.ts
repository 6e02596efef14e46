import type {
  CoverageCountsObject,
  CoverageObject,
  CoverageRangeObject,
} from "../../contract/objects/coverage.js";
import {
  countByState,
  type CoverageRange,
} from "../../domain/coverage/coverage.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { OperationContext } from "../context.js";
import { type CoverageRequest, measureCoverage } from "./measure-coverage.js";

/**
 * Which intervals of a range are covered, stale, open, failed and missing, from the ledger alone: neither the source nor
 * the destination is asked.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*
 */
export async function exportCoverage(
  context: OperationContext,
  request: CoverageRequest,
): Promise<CoverageObject> {
  const { row, startMs, endMs, ranges } = await measureCoverage(
    context,
    request,
  );
  return {
    batch_export: row.id,
    definition_version: row.definition_version,
    start: startMs === null ? null : formatInstant(startMs),
    end: formatInstant(endMs),
    intervals: coverageCountsOf(ranges),
    ranges: ranges.map(coverageRangeObjectOf),
  };
}

/** How many intervals stand in each state, and in all. */
export function coverageCountsOf(
  ranges: readonly CoverageRange[],
): CoverageCountsObject {
  return {
    total: ranges.reduce((sum, { intervals }) => sum + intervals, 0),
    ...countByState(ranges),
  };
}

/** A range of a coverage as the contract writes it. */
export function coverageRangeObjectOf(of: CoverageRange): CoverageRangeObject {
  return {
    start: formatInstant(of.startMs),
    end: formatInstant(of.endMs),
    state: of.state,
    reason: of.reason,
    intervals: of.intervals,
    backfill: of.backfill,
  };
}
