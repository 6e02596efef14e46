import { randomUUID } from "node:crypto";
import type {
  CountRunsInput,
  PlanPreview,
  PreviewPlanInput,
} from "../../contract/worker-requests.js";
import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import type { PackedRuns } from "../../domain/plans/packed-runs.js";
import { type Selection, selectionText } from "../../domain/plans/selection.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { BatchExportRow } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";

/** How many runs from either end a plan lists, unless all are asked for. */
const SHOWN_RUNS = 500;

export interface PreviewRequest {
  readonly row: BatchExportRow;
  /** As resolved: aligned to the interval. */
  readonly range: { readonly startMs: number | null; readonly endMs: number };
  readonly order: PreviewPlanInput["order"];
  readonly selection: Selection;
  readonly overlap: Overlap;
  /** What of the range is free for it; null: all of it. */
  readonly within: readonly OpenEndedRange[] | null;
}

/**
 * Has a worker make the plan that a start would make, for its digest and its numbers.
 * @throws RefillError NO_WORKER, SECRET_*, SOURCE_*, RANGE_TOO_LARGE
 */
export async function previewPlan(
  { temporal }: Pick<OperationContext, "temporal">,
  request: PreviewRequest,
  signal: AbortSignal,
): Promise<PlanPreview> {
  const { row, range, order, selection, overlap } = request;
  const start = range.startMs === null ? null : formatInstant(range.startMs);
  const end = formatInstant(range.endMs);
  const gateway = await temporal();
  return gateway.ask(
    {
      type: "previewPlan",
      workflowId: `plan-${randomUUID()}`,
      input: {
        ...pinOf(row),
        start,
        end,
        order,
        only: selectionText(selection),
        overlap,
        ...wireWithin(request),
        shownRuns: SHOWN_RUNS,
      },
      summary: `${row.name}: plan of ${start ?? "the earliest data"} to ${end}`,
    },
    signal,
  );
}

/** As requests of a worker carry it. */
export function wireWithin({
  within,
}: Pick<PreviewRequest, "within">): Pick<PreviewPlanInput, "within"> {
  if (within === null) return {};
  return {
    within: within.map(({ startMs, endMs }) => ({
      start: startMs === null ? null : formatInstant(startMs),
      end: formatInstant(endMs),
    })),
  };
}

/** Has a worker list, and count, the first runs of a range. */
export async function countRuns(
  { temporal }: Pick<OperationContext, "temporal">,
  row: BatchExportRow,
  input: Omit<CountRunsInput, keyof ReturnType<typeof pinOf>>,
  signal: AbortSignal,
): Promise<PackedRuns> {
  const gateway = await temporal();
  return gateway.ask(
    {
      type: "countRuns",
      workflowId: `count-${randomUUID()}`,
      input: { ...pinOf(row), ...input },
      summary: `${row.name}: runs from ${input.start}`,
    },
    signal,
  );
}

/** The version of the definition that is current now. */
export function pinOf(row: BatchExportRow) {
  return {
    batchExportId: row.id,
    definitionVersion: row.definition_version,
  } as const;
}
