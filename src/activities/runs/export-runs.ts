import { setTimeout as delay } from "node:timers/promises";
import { Context } from "@temporalio/activity";
import type {
  ExportRunsInput,
  ExportRunsResult,
} from "../../contract/activities.js";
import type { Control } from "../../contract/control.js";
import { listDueRuns } from "../../store/runs/open-runs.js";
import {
  backfillRun,
  openBackfillSession,
} from "../backfills/backfill-session.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";
import { exportRun, type RunEnd } from "./export-run.js";
import type { ExportSession } from "./export-session.js";
import { secondsInQueue } from "./poll-timing.js";
import type { RunToExport } from "./run-to-export.js";
import { settleLostRuns } from "./settle-lost-runs.js";

/** How often a lane looks for room while runs above a lowered window are still at work. */
const ROOM_POLL_MS = 250;

/** The same where others are at work at a capped destination, which takes as long as their runs do. */
const FREE_PLACE_POLL_MS = { first: 250, longest: 2_000 };

/** An activity that waits for such a place goes on for this long, so that waiting costs few events. */
const PLACE_PATIENCE_MS = 60_000;

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
  dependencies.meter.waited("exports", secondsInQueue(dependencies.nowMs()));
  return heartbeating(async () => {
    const signal = Context.current().cancellationSignal;
    const session = await openBackfillSession(dependencies, input, signal);
    try {
      await settleLostRuns({
        config: dependencies.config,
        fence: input,
        ledger: session.ledger.bind(session),
        lane: input,
      });
      return await work(session, input);
    } finally {
      await session.close();
    }
  });
}

async function work(
  session: ExportSession,
  input: ExportRunsInput,
): Promise<ExportRunsResult> {
  const { dependencies } = session;
  const beginUntilMs = dependencies.nowMs() + input.beginForMs;
  const tally = new BatchTally();
  let from = input.from;
  for (;;) {
    const page = { ...input, from, limit: PAGE_RUNS };
    const runs = await session.ledger((pool) => listDueRuns(pool, page));
    if (runs.length === 0) return tally.result(null, { by: "end" });
    for (const run of runs) {
      const end = await begin(session, backfillRun(input, run), beginUntilMs);
      tally.add(end);
      if (end.kind === "stopped") return tally.result(run.ordinal, end);
      from = run.ordinal + 1;
    }
  }
}

/** Exports the run as soon as there is room for it in the window and at its destination, unless something ends the batch before. */
async function begin(
  session: ExportSession,
  run: RunToExport,
  beginUntilMs: number,
): Promise<BatchEnd | LastingEnd> {
  const { dependencies, signal } = session;
  const patientUntilMs = dependencies.nowMs() + PLACE_PATIENCE_MS;
  let waits = 0;
  let untilMs = beginUntilMs;
  for (;;) {
    if (dependencies.stopping.aborted) {
      return { kind: "stopped", by: "shutdown" };
    }
    signal.throwIfAborted();
    if (dependencies.nowMs() > untilMs) {
      return { kind: "stopped", by: waits > 0 ? "full" : "time" };
    }
    const end = await exportRun(session, run);
    if (end.kind !== "full" && end.kind !== "capped") return end;
    if (end.kind === "capped") untilMs = Math.max(untilMs, patientUntilMs);
    const pollMs =
      end.kind === "full"
        ? ROOM_POLL_MS
        : freePlacePollMs(waits, dependencies.nowMs());
    waits += 1;
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Not in step with the other lanes that wait for the same place: the clock's last digits tell them apart. */
function freePlacePollMs(waits: number, nowMs: number): number {
  const { first, longest } = FREE_PLACE_POLL_MS;
  return Math.min(longest, first * 2 ** waits) * (0.5 + (nowMs % 100) / 100);
}

/** Of a run that there was room for. */
type LastingEnd = Exclude<RunEnd, { kind: "full" } | { kind: "capped" }>;

type BatchEnd = {
  readonly kind: "stopped";
  readonly by: "time" | "full" | "shutdown";
};

class BatchTally {
  #completed = 0;
  #failed = 0;
  #records = 0n;

  add(end: RunEnd | BatchEnd): void {
    if (end.kind === "completed") {
      this.#completed += 1;
      this.#records += BigInt(end.records);
    }
    if (end.kind === "failed") this.#failed += 1;
  }

  result(
    next: number | null,
    end: {
      readonly by: ExportRunsResult["stoppedBy"];
      readonly control?: Control;
    },
  ): ExportRunsResult {
    return {
      next,
      stoppedBy: end.by,
      control: end.control ?? null,
      completed: this.#completed,
      failed: this.#failed,
      records: String(this.#records),
    };
  }
}
