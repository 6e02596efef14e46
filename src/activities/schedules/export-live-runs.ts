import { Context, log } from "@temporalio/activity";
import type {
  ExportLiveInput,
  ExportLiveResult,
} from "../../contract/schedule.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import { explainRefusal } from "../../store/runs/claim-refusal.js";
import { claimRun } from "../../store/runs/claims.js";
import { deferRun, listRunsAtWork } from "../../store/runs/open-runs.js";
import {
  type DueLiveRun,
  listDueLiveRuns,
  skipLiveRun,
} from "../../store/schedules/live-runs.js";
import {
  findSchedule,
  type ScheduleRow,
} from "../../store/schedules/schedule-rows.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";
import { untilLedgerAnswers } from "../ledger-retry.js";
import { exportRun } from "../runs/export-run.js";
import { ExportSession } from "../runs/export-session.js";
import { BEGIN_LIMIT_MS, secondsInQueue } from "../runs/poll-timing.js";
import type { RunToExport } from "../runs/run-to-export.js";
import { settleLostRun } from "../runs/settle-lost-runs.js";

/** Due runs read from the ledger at a time; other lanes take from the same ones, and each run is claimed once. */
const PAGE_RUNS = 50;

/** A run whose destination is full is looked at again after this long. */
const FREE_PLACE_DELAY_MS = 2_000;

/** Exports the due live runs of a schedule, one after the other, each closed in its own transaction. */
export function exportLiveRuns(
  dependencies: ActivityDependencies,
  input: ExportLiveInput,
): Promise<ExportLiveResult> {
  dependencies.meter.waited("live", secondsInQueue(dependencies.nowMs()));
  return heartbeating(async () => {
    const lane = new LiveLane(
      dependencies,
      input,
      Context.current().cancellationSignal,
    );
    try {
      return await lane.work();
    } finally {
      await lane.close();
    }
  });
}

class LiveLane {
  readonly #dependencies: ActivityDependencies;
  readonly #input: ExportLiveInput;
  readonly #signal: AbortSignal;
  readonly #beginUntilMs: number;
  /** Of the latest run's definition: there is seldom another. */
  #session: { readonly version: number; readonly of: ExportSession } | null =
    null;
  #completed = 0;
  #failed = 0;

  constructor(
    dependencies: ActivityDependencies,
    input: ExportLiveInput,
    signal: AbortSignal,
  ) {
    this.#dependencies = dependencies;
    this.#input = input;
    this.#signal = signal;
    this.#beginUntilMs = dependencies.nowMs() + BEGIN_LIMIT_MS;
  }

  async work(): Promise<ExportLiveResult> {
    await this.#settleLost();
    const { scheduleId } = this.#input;
    const { pool } = this.#dependencies;
    for (;;) {
      const schedule = await this.#ledger(() => findSchedule(pool, scheduleId));
      const runs = await this.#ledger(() =>
        listDueLiveRuns(pool, { scheduleId, limit: PAGE_RUNS }),
      );
      if (runs.length === 0 || schedule === null) return this.#result(false);
      let taken = 0;
      for (const run of runs) {
        if (this.#mustStop()) return this.#result(true);
        if (await this.#export(schedule, run)) taken += 1;
      }
      // Other lanes took them all: what is left is theirs.
      if (taken === 0) return this.#result(false);
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.of.close();
  }

  /** A lane has one activity at a time: a run that its slot shows as at work is nobody's any more. */
  async #settleLost(): Promise<void> {
    const { pool, config } = this.#dependencies;
    const lost = await this.#ledger(() => listRunsAtWork(pool, this.#input));
    for (const run of lost) {
      await this.#ledger(() => settleLostRun(pool, config, run));
    }
  }

  #mustStop(): boolean {
    this.#signal.throwIfAborted();
    const { stopping, nowMs } = this.#dependencies;
    return stopping.aborted || nowMs() > this.#beginUntilMs;
  }

  /** Whether the run was this lane's to do. */
  async #export(schedule: ScheduleRow, run: DueLiveRun): Promise<boolean> {
    const { pool } = this.#dependencies;
    if (await this.#ledger(() => skipLiveRun(pool, run.id))) return true;
    const session = await this.#sessionFor(schedule, run.definitionVersion);
    const end = await exportRun(session, this.#runToExport(run));
    if (end.kind === "capped") {
      await this.#ledger(() =>
        deferRun(pool, { runId: run.id }, FREE_PLACE_DELAY_MS),
      );
    }
    if (end.kind === "completed") this.#completed += 1;
    if (end.kind === "failed") this.#failed += 1;
    return end.kind === "completed" || end.kind === "failed";
  }

  async #sessionFor(
    { batch_export_id: batchExportId }: ScheduleRow,
    version: number,
  ): Promise<ExportSession> {
    if (this.#session?.version === version) return this.#session.of;
    await this.close();
    const definition = await this.#ledger(() =>
      findPinnedDefinition(this.#dependencies.pool, { batchExportId, version }),
    );
    if (definition === null) {
      throw new Error("The ledger holds the definition that a run pins");
    }
    const of = new ExportSession({
      dependencies: this.#dependencies,
      signal: this.#signal,
      pinned: {
        batchExportId,
        definition,
        version,
        planned: null,
        keepColumns: null,
        warn: (_db, warning) => {
          log.warn(warning, { batch_export_id: batchExportId });
          return Promise.resolve();
        },
      },
    });
    this.#session = { version, of };
    return of;
  }

  #runToExport({ id: runId, startMs, endMs }: DueLiveRun): RunToExport {
    const { slot, scheduleId } = this.#input;
    return {
      startMs,
      endMs,
      label: `live/${runId}`,
      subject: { "refill.schedule.id": scheduleId },
      claim: (db, by) => claimRun(db, { runId, slot, ...by }),
      explainRefusal: (db, refused) =>
        explainRefusal(db, { runId, slot, ...refused }),
      defer: (db, delayMs) => deferRun(db, { runId }, delayMs),
      // The next firing tries again what failed: there is nothing to stop.
      failedAlike: () => Promise.resolve(),
    };
  }

  #ledger<T>(statement: () => Promise<T>): Promise<T> {
    return untilLedgerAnswers(statement, this.#signal);
  }

  #result(stoppedEarly: boolean): ExportLiveResult {
    return { completed: this.#completed, failed: this.#failed, stoppedEarly };
  }
}
