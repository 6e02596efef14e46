import type { CoverageObject } from "../contract/backfill.js";
import { floorToInterval } from "../domain/boundary.js";
import {
  type CoverageClaim,
  type CoverageRange,
  countByState,
  coverageOf,
} from "../domain/coverage.js";
import { formatInstant } from "../domain/instant.js";
import type { IntervalSpec } from "../domain/interval.js";
import { resolveRange } from "../domain/range.js";
import type { BatchExportRow } from "../store/batch-exports.js";
import type { OperationContext } from "./context.js";
import { specOf } from "./make-plan.js";
import { readCoverageClaims } from "./read-coverage.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/** The range that a coverage is asked for. Times as typed; null: from the earliest known time, to the last whole interval. */
export interface CoverageRequest extends ExportReference {
  readonly start: string | null;
  readonly end: string | null;
}

/**
 * Which intervals of a range are covered, stale, open, failed and missing, from the ledger alone: neither the source nor
 * the destination is asked.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*
 */
export async function exportCoverage(
  context: OperationContext,
  request: CoverageRequest,
): Promise<CoverageObject> {
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
  const range = fromMs === null ? null : { startMs: fromMs, endMs };
  return coverageObjectOf(
    row,
    { startMs: fromMs, endMs },
    range === null ? [] : coverageOf(spec, range, claims),
  );
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

function coverageObjectOf(
  { id, definition_version }: BatchExportRow,
  range: { readonly startMs: number | null; readonly endMs: number },
  ranges: readonly CoverageRange[],
): CoverageObject {
  return {
    batch_export: id,
    definition_version,
    start: range.startMs === null ? null : formatInstant(range.startMs),
    end: formatInstant(range.endMs),
    intervals: {
      total: ranges.reduce((sum, { intervals }) => sum + intervals, 0),
      ...countByState(ranges),
    },
    ranges: ranges.map((of) => ({
      start: formatInstant(of.startMs),
      end: formatInstant(of.endMs),
      state: of.state,
      reason: of.reason,
      intervals: of.intervals,
      backfill: of.backfill,
    })),
  };
}
