import type { Pool } from "pg";
import type { Config } from "../config/config.js";
import { formatInstant } from "../domain/instant.js";
import { listPublishedStarts } from "../store/plan-ledger.js";
import { type PlanRequest, type PlanSummary, makePlan } from "./make-plan.js";
import { type ConnectionAccess, openSource } from "./open-source.js";

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
    "definition" | "batchExportId" | "range" | "order" | "onRun"
  >,
  signal: AbortSignal,
): Promise<PlanSummary> {
  const source = await openSource(task.definition, connections);
  try {
    return await makePlan(
      {
        ...task,
        source,
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
