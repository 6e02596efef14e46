import { specOf } from "../../definition/interval-spec.js";
import {
  type CoverageClaim,
  coverageOf,
  type CoverageRange,
} from "../../domain/coverage/coverage.js";
import { floorToInterval } from "../../domain/time/boundary.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import { resolveRange } from "../../domain/time/range.js";
import type { BatchExportRow } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import {
  type ExportReference,
  resolveExport,
} from "../exports/resolve-export.js";
import { readCoverageClaims } from "./read-coverage.js";

/** The range that a coverage is asked for. Times as typed; null: from the earliest known time, to the last whole interval. */
export interface CoverageRequest extends ExportReference {
  readonly start: string | null;
  readonly end: string | null;
}

/** The state of every interval of a range. A null start: the ledger knows of no time, and there are no ranges. */
export interface MeasuredCoverage {
  readonly row: BatchExportRow;
  readonly spec: IntervalSpec;
  readonly startMs: number | null;
  readonly endMs: number;
  readonly ranges: readonly CoverageRange[];
}

/**
 * Finds out from the ledger alone which intervals of a range are covered: neither the source nor the destination is asked.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*
 */
export async function measureCoverage(
  context: OperationContext,
  request: CoverageRequest,
): Promise<MeasuredCoverage> {
  const row = await resolveExport(context, request);
  const spec = specOf(row.definition);
  const { startMs, endMs } = resolveRange({
    ...request,
    spec,
    nowMs: context.nowMs(),
  });
  const claims = await readCoverageClaims(context.pool, {
    batchExportId: row.id,
    definition: row.definition,
    exceptBackfill: null,
  });
  const fromMs = startMs ?? earliestTime(spec, claims);
  const ranges =
    fromMs === null ? [] : coverageOf(spec, { startMs: fromMs, endMs }, claims);
  return { row, spec, startMs: fromMs, endMs, ranges };
}

/** Where the ledger's knowledge begins: the first time that it names. */
function earliestTime(
  spec: IntervalSpec,
  claims: readonly CoverageClaim[],
): number | null {
  let earliestMs = Infinity;
  for (const { startMs, endMs, kind } of claims) {
    // Without a start, and before its plan, a backfill names no time but its end.
    const firstMs = Number.isFinite(startMs) ? startMs : endMs;
    if (kind === "open" && firstMs === endMs) continue;
    earliestMs = Math.min(earliestMs, firstMs);
  }
  return earliestMs === Infinity ? null : floorToInterval(spec, earliestMs);
}
