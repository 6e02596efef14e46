import type {
  ConflictObject,
  PlanObject,
  PlannedRunObject,
} from "../contract/backfill.js";
import { formatInstant } from "../domain/instant.js";
import { resolveRange } from "../domain/range.js";
import type { BatchExportRow } from "../store/batch-exports.js";
import { listPublishedStarts } from "../store/plan-ledger.js";
import { measurePastRuns } from "../store/past-runs.js";
import { findOverlaps } from "../store/start-backfill.js";
import type { OperationContext } from "./context.js";
import {
  type PlanSummary,
  type PlannedRun,
  makePlan,
  specOf,
} from "./make-plan.js";
import { openSource } from "./open-source.js";
import { conflictOf } from "./overlap.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/** What an operator asks a plan, or a start, for. Times as typed: RFC 3339, or a bare date. */
export interface BackfillRange extends ExportReference {
  readonly start: string | null;
  readonly end: string | null;
  readonly order: "oldest" | "newest";
  readonly only: "all";
}

/** How many runs from either end a plan lists, unless all are asked for. */
const SHOWN_RUNS = 500;

/** The window that a plan's estimate assumes: what `start` takes by default. */
export const DEFAULT_CONCURRENCY = 4;

/**
 * What `start` would do, with nothing written.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*, SECRET_*, SOURCE_*
 */
export async function planBackfill(
  context: OperationContext,
  request: BackfillRange & { readonly allRuns: boolean },
  signal: AbortSignal,
): Promise<PlanObject> {
  const row = await resolveExport(context, request);
  const range = rangeOf(context, row, request);
  const runs = new RunSample(request.allRuns ? Infinity : SHOWN_RUNS);
  const plan = await previewPlan(
    context,
    { row, range, order: request.order, onRun: runs.add.bind(runs) },
    signal,
  );
  return {
    digest: plan.digest,
    total_runs: plan.totalRuns,
    total_records_count:
      plan.expectedRecords === null ? null : BigInt(plan.expectedRecords),
    adjusted_start_at:
      plan.adjustedStartMs === null
        ? null
        : formatInstant(plan.adjustedStartMs),
    estimated_seconds: await estimateSeconds(context, row, plan),
    conflicts: await conflictsOf(context, row, range),
    warnings: plan.warnings,
    runs: runs.all(),
  };
}

/** The range as asked, held to the export's interval and to now. */
export function rangeOf(
  { nowMs }: OperationContext,
  row: BatchExportRow,
  { start, end }: Pick<BackfillRange, "start" | "end">,
) {
  const spec = specOf(row.definition);
  return resolveRange({ spec, start, end, nowMs: nowMs() });
}

/** Makes the plan that a start would make, for its digest and its numbers. */
export async function previewPlan(
  context: OperationContext,
  request: {
    readonly row: BatchExportRow;
    readonly range: { readonly startMs: number | null; readonly endMs: number };
    readonly order: "oldest" | "newest";
    readonly onRun: (run: PlannedRun) => void;
  },
  signal: AbortSignal,
): Promise<PlanSummary> {
  const { row, range } = request;
  const source = await openSource(row.definition, context.connections);
  try {
    return await makePlan(
      {
        source,
        definition: row.definition,
        batchExportId: row.id,
        range: { startMs: range.startMs, endMs: range.endMs },
        order: request.order,
        histogramLimitMs: context.config.histogramLimitMs,
        publishedStarts: ({ startMs, endMs }) =>
          listPublishedStarts(context.pool, {
            batchExportId: row.id,
            start: formatInstant(startMs),
            end: formatInstant(endMs),
          }),
        onRun: request.onRun,
      },
      signal,
    );
  } finally {
    await source.close();
  }
}

async function estimateSeconds(
  { pool }: OperationContext,
  row: BatchExportRow,
  plan: PlanSummary,
): Promise<number | null> {
  const past = await measurePastRuns(pool, row.id);
  if (past === null) return null;
  const runSeconds =
    (plan.totalRuns - plan.emptyRuns) * past.secondsPerRun +
    (plan.expectedRecords ?? 0) * past.secondsPerRecord;
  return Math.ceil(runSeconds / DEFAULT_CONCURRENCY);
}

async function conflictsOf(
  { pool }: OperationContext,
  row: BatchExportRow,
  range: { readonly startMs: number | null; readonly endMs: number },
): Promise<readonly ConflictObject[]> {
  const overlaps = await findOverlaps(pool, {
    batchExportId: row.id,
    startAt: range.startMs === null ? null : formatInstant(range.startMs),
    rangeEnd: formatInstant(range.endMs),
  });
  return overlaps.map(conflictOf);
}

/** The first and the last runs that pass by, in constant memory. */
class RunSample {
  readonly #limit: number;
  readonly #first: PlannedRunObject[] = [];
  readonly #last: PlannedRunObject[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(run: PlannedRun): void {
    const shown = shownOf(run);
    if (this.#first.length < this.#limit) {
      this.#first.push(shown);
      return;
    }
    this.#last.push(shown);
    if (this.#last.length >= 2 * this.#limit) {
      this.#last.splice(0, this.#limit);
    }
  }

  all(): readonly PlannedRunObject[] {
    return [...this.#first, ...this.#last.slice(-this.#limit)];
  }
}

function shownOf(run: PlannedRun): PlannedRunObject {
  return {
    data_interval_start: formatInstant(run.startMs),
    data_interval_end: formatInstant(run.endMs),
    records_expected:
      run.recordsExpected === null ? null : BigInt(run.recordsExpected),
  };
}
