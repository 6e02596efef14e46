import type {
  PlannedRunObject,
  PlanObject,
} from "../../contract/objects/plan.js";
import type { PlanPreview } from "../../contract/worker-requests.js";
import { specOf } from "../../definition/interval-spec.js";
import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import {
  type CountedRun,
  type PackedRuns,
  unpackRuns,
} from "../../domain/plans/packed-runs.js";
import type { RunOrder } from "../../domain/plans/run-order.js";
import {
  parseSelection,
  reachOf,
  type Selection,
  selectionText,
} from "../../domain/plans/selection.js";
import { formatInstant } from "../../domain/time/instant.js";
import { type ResolvedRange, resolveRange } from "../../domain/time/range.js";
import {
  findOverlaps,
  type OpenRange,
} from "../../store/backfills/start-backfill.js";
import type { BatchExportRow } from "../../store/exports/export-rows.js";
import { measurePastRuns } from "../../store/runs/past-runs.js";
import { withinOf } from "../backfills/admit-backfill.js";
import { conflictOf } from "../backfills/overlap.js";
import type { OperationContext } from "../context.js";
import {
  type ExportReference,
  resolveExport,
} from "../exports/resolve-export.js";
import { requestFacts } from "./approved-plan.js";
import {
  countRuns,
  previewPlan,
  type PreviewRequest,
  wireWithin,
} from "./ask-for-plan.js";

/** What an operator asks a plan, or a start, for. Times as typed: RFC 3339, or a bare date. */
export interface BackfillRange extends ExportReference {
  readonly start: string | null;
  readonly end: string | null;
  readonly order: RunOrder;
  /** `all`, `missing`, `failed`, `stale`, or ranges: `START/END`, several separated by commas. */
  readonly only: string;
  readonly overlap: Overlap;
}

/** A plan, and on demand each of its runs, which may be too many to hold. */
export interface Plan {
  /** With the first and the last 500 runs. */
  readonly object: PlanObject;
  /**
   * All runs, oldest first, page by page. Pages are counted when they are asked for: where records are added meanwhile,
   * their sum is no longer the plan's total.
   */
  readonly allRuns: () => AsyncGenerator<PlannedRunObject>;
}

/** About half a megabyte a page; Temporal takes two. */
const PAGE_RUNS = 50_000;

/** The window that a plan's estimate assumes: what `start` takes by default. */
export const DEFAULT_CONCURRENCY = 4;

/**
 * What `start` would do, by a worker's account, with nothing written.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*, NO_WORKER, SECRET_*, SOURCE_*
 */
export async function planBackfill(
  context: OperationContext,
  request: BackfillRange,
  signal: AbortSignal,
): Promise<Plan> {
  const row = await resolveExport(context, request);
  const { range, selection } = scopeOf(context, row, request);
  const { order, overlap } = request;
  const open = await openBeside(context, row, range);
  const within = trimmedBeside({ range, overlap, row }, open);
  const preview = { row, range, order, selection, overlap, within };
  const plan = await previewPlan(context, preview, signal);
  const shown = [plan.first, plan.last].flatMap(shownRuns);
  const object: PlanObject = {
    digest: plan.digest,
    ...requestFacts(preview),
    total_runs: plan.totalRuns,
    total_records_count:
      plan.expectedRecords === null ? null : BigInt(plan.expectedRecords),
    adjusted_start_at: plan.adjustedStart,
    estimated_seconds: await estimateSeconds(context, row, plan),
    conflicts: open.map(conflictOf),
    warnings: plan.warnings,
    runs: shown,
  };
  return {
    object,
    allRuns: () =>
      shown.length === plan.totalRuns
        ? itemsOf(shown)
        : runsByPage(context, preview, plan, signal),
  };
}

/** The range and the selection as asked, held to the export's interval and to now. Ranges give the range its ends. */
export function scopeOf(
  context: OperationContext,
  row: BatchExportRow,
  { start, end, only }: Pick<BackfillRange, "start" | "end" | "only">,
): { readonly range: ResolvedRange; readonly selection: Selection } {
  const on = { spec: specOf(row.definition), nowMs: context.nowMs() };
  const selection = parseSelection(only, on);
  const reach = reachOf(selection);
  return {
    selection,
    range: resolveRange({
      ...on,
      start: start ?? (reach === null ? null : formatInstant(reach.startMs)),
      end: end ?? (reach === null ? null : formatInstant(reach.endMs)),
    }),
  };
}

/** The worker splits the range, page by page: this process may have another version of the time-zone data. */
async function* runsByPage(
  context: OperationContext,
  request: PreviewRequest,
  plan: PlanPreview,
  signal: AbortSignal,
): AsyncGenerator<PlannedRunObject> {
  const { row, range, selection } = request;
  const end = formatInstant(range.endMs);
  const only = selectionText(selection);
  // What could not be counted in one query in the time allowed is not tried again in a hundred.
  const counted = plan.first.records[0] !== null;
  for (let start = plan.adjustedStart; start !== null && start !== end;) {
    const page = await countRuns(
      context,
      row,
      {
        start,
        end,
        only,
        ...wireWithin(request),
        limit: PAGE_RUNS,
        counted,
      },
      signal,
    );
    const runs = shownRuns(page);
    yield* runs;
    start = runs.at(-1)?.data_interval_end ?? null;
  }
}

async function* itemsOf<Item>(
  items: readonly Item[],
): AsyncGenerator<Item, void, undefined> {
  for (const item of items) yield await Promise.resolve(item);
}

async function estimateSeconds(
  { pool }: OperationContext,
  row: BatchExportRow,
  plan: PlanPreview,
): Promise<number | null> {
  const past = await measurePastRuns(pool, row.id);
  if (past === null) return null;
  const runSeconds =
    (plan.totalRuns - plan.emptyRuns) * past.secondsPerRun +
    (plan.expectedRecords ?? 0) * past.secondsPerRecord;
  return Math.ceil(runSeconds / DEFAULT_CONCURRENCY);
}

/** The open backfills that share time with a range of an export. */
export function openBeside(
  { pool }: OperationContext,
  row: BatchExportRow,
  range: OpenEndedRange,
): Promise<readonly OpenRange[]> {
  return findOverlaps(pool, { batchExportId: row.id, reach: [range] });
}

/**
 * What of a range a plan is trimmed to beside open backfills; null: it is not.
 * @throws RefillError RANGE_OVERLAPS where nothing is left
 */
export function trimmedBeside(
  {
    range,
    overlap,
    row,
  }: {
    readonly range: OpenEndedRange;
    readonly overlap: Overlap;
    readonly row: BatchExportRow;
  },
  open: readonly OpenRange[],
): readonly OpenEndedRange[] | null {
  if (overlap !== "trim") return null;
  const spec = specOf(row.definition);
  return withinOf({ reach: [range], overlap, spec }, open);
}

function shownRuns(packed: PackedRuns): readonly PlannedRunObject[] {
  return Array.from(unpackRuns(packed), shownOf);
}

function shownOf({ startMs, endMs, records }: CountedRun): PlannedRunObject {
  return {
    data_interval_start: formatInstant(startMs),
    data_interval_end: formatInstant(endMs),
    records_expected: records === null ? null : BigInt(records),
  };
}
