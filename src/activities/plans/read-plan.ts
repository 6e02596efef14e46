import type { Pool } from "pg";
import type { Config } from "../../config/config.js";
import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import { type Selection, selectionText } from "../../domain/plans/selection.js";
import { formatInstant } from "../../domain/time/instant.js";
import { selectorOf } from "../../operations/plans/select-intervals.js";
import { listPublishedStarts } from "../../store/plans/plan-ledger.js";
import type { ConnectionAccess } from "../../transfer/connection-access.js";
import { openSource } from "../../transfer/open-source.js";
import { makePlan, type PlanRequest, type PlanSummary } from "./make-plan.js";

/** What a worker plans with: the ledger, its limits, and its access to sources. */
export interface PlanReader {
  readonly pool: Pool;
  readonly config: Pick<Config, "histogramLimitMs">;
  readonly connections: ConnectionAccess;
}

/**
 * Makes a plan from the source and from what the ledger says is published. Writes nothing.
 * @throws RefillError SECRET_*, SOURCE_*, RANGE_TOO_LARGE, or the signal's reason
 */
export async function readPlan(
  { pool, config, connections }: PlanReader,
  task: Pick<
    PlanRequest,
    "definition" | "batchExportId" | "range" | "order" | "overlap" | "onRun"
  > & {
    readonly selection: Selection;
    /** What of the range it is trimmed to; null: all of it. */
    readonly within: readonly OpenEndedRange[] | null;
    /** The backfill that is planned; null where there is none yet. */
    readonly backfillId: string | null;
  },
  signal: AbortSignal,
): Promise<PlanSummary> {
  const source = await openSource(task.definition, connections);
  try {
    return await makePlan(
      {
        ...task,
        source,
        only: selectionText(task.selection),
        select: selectorOf(pool, task),
        histogramLimitMs: config.histogramLimitMs,
        publishedStarts: ({ startMs, endMs }) =>
          listPublishedStarts(pool, {
            batchExportId: task.batchExportId,
            start: formatInstant(startMs),
            end: formatInstant(endMs),
          }),
        onRun: (run) => {
          signal.throwIfAborted();
          return task.onRun(run);
        },
      },
      signal,
    );
  } finally {
    await source.close();
  }
}
