import { Context } from "@temporalio/activity";
import type {
  ExportRunsInput,
  ExportRunsResult,
} from "../contract/activities.js";
import { listDueRuns } from "../store/open-runs.js";
import type { ActivityDependencies } from "./dependencies.js";
import { type RunEnd, exportRun } from "./export-run.js";
import { ExportSession } from "./export-session.js";
import { heartbeating } from "./heartbeat.js";
import { settleLostRuns } from "./settle-lost-runs.js";

/** No run is begun later than this into an activity: its lane then makes a new one, which keeps cancels and hand-overs quick. */
const BEGIN_LIMIT_MS = 10_000;

/** Open runs read from the ledger at a time. */
const PAGE_RUNS = 200;

/**
 * Exports the open runs of a batch, one after the other, each closed in its own transaction. A run that fails is
 * written down and the next one is begun.
 */
export function exportRuns(
  dependencies: ActivityDependencies,
  input: ExportRunsInput,
): Promise<ExportRunsResult> {
  return heartbeating(async () => {
    const signal = Context.current().cancellationSignal;
    const session = await ExportSession.open({ dependencies, input, signal });
    try {
      await settleLostRuns(session);
      return await work(session);
    } finally {
      await session.close();
    }
  });
}

async function work(session: ExportSession): Promise<ExportRunsResult> {
  const { input, dependencies } = session;
  const beginUntilMs = dependencies.nowMs() + BEGIN_LIMIT_MS;
  const tally = new BatchTally();
  let from = input.from;
  for (;;) {
    const page = { ...input, from, limit: PAGE_RUNS };
    const runs = await session.ledger((pool) => listDueRuns(pool, page));
    if (runs.length === 0) return tally.result(null, "end");
    for (const run of runs) {
      if (dependencies.stopping.aborted) {
        return tally.result(run.ordinal, "shutdown");
      }
      session.signal.throwIfAborted();
      if (dependencies.nowMs() > beginUntilMs) {
        return tally.result(run.ordinal, "time");
      }
      const end = await exportRun(session, run);
      tally.add(end);
      if (end.kind === "stopped") return tally.result(run.ordinal, end.by);
      from = run.ordinal + 1;
    }
  }
}

class BatchTally {
  #completed = 0;
  #failed = 0;
  #records = 0n;

  add(end: RunEnd): void {
    if (end.kind === "completed") {
      this.#completed += 1;
      this.#records += BigInt(end.records);
    }
    if (end.kind === "failed") this.#failed += 1;
  }

  result(
    next: number | null,
    stoppedBy: ExportRunsResult["stoppedBy"],
  ): ExportRunsResult {
    return {
      next,
      stoppedBy,
      completed: this.#completed,
      failed: this.#failed,
      records: String(this.#records),
    };
  }
}
