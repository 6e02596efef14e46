import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import {
  type LiveActivities,
  type LiveInput,
  type ScheduleActivities,
  wakeSignalName,
} from "../../contract/schedule.js";
import { taskQueuesOf } from "../../contract/task-queues.js";
import type { HeartbeatSettings } from "../../contract/workflow-settings.js";
import { MAX_HISTORY_EVENTS } from "../../domain/backfills/window-state.js";
import { exportOptions } from "../activity-proxies.js";

const wakeSignal = defineSignal(wakeSignalName);

/**
 * Exports the open live runs of a schedule, and ends when there are none. There is one of it for each schedule, which
 * firings start or wake; which runs there are is the ledger's to say.
 */
export async function exportLive(input: LiveInput): Promise<void> {
  const lanes = new Lanes(input);
  for (;;) {
    lanes.isWoken = false;
    const next = await lanes.look();
    // A lane that still looks for runs would take those of the next exporter. Nothing is awaited between the last look and
    // the end: a signal that comes in between makes the server redo it.
    if (next.openRuns === 0 && lanes.areIdle && !lanes.wasWoken()) return;
    if (isContinueAsNewDue(lanes)) {
      await lanes.end();
      return continueAsNew<typeof exportLive>(input);
    }
    lanes.begin(Math.min(next.concurrency, next.dueRuns));
    await condition(() => lanes.isWoken, next.waitMs);
    lanes.rethrow();
  }
}

/** At the first moment without a run at work, so that a long one keeps no other waiting. */
function isContinueAsNewDue({ areIdle }: Lanes): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return (
    historyLength > MAX_HISTORY_EVENTS || (continueAsNewSuggested && areIdle)
  );
}

/** The lanes at work: each has a slot, and one activity at a time. */
class Lanes {
  /** There may be something to do: a firing said so, or a lane has ended. */
  isWoken = false;
  readonly #input: LiveInput;
  readonly #busy = new Set<number>();
  readonly #ledger = ledger();
  readonly #exports: ReturnType<typeof exports>;
  #failure: Error | null = null;

  constructor(input: LiveInput) {
    this.#input = input;
    this.#exports = exports(input);
    setHandler(wakeSignal, () => {
      this.isWoken = true;
    });
  }

  /** Asked by a call: the compiler takes a property for what it was set to, though a signal may change it meanwhile. */
  wasWoken(): boolean {
    return this.isWoken;
  }

  get areIdle(): boolean {
    return this.#busy.size === 0;
  }

  look() {
    const { scheduleId } = this.#input;
    return this.#ledger.nextLiveRuns({ scheduleId, isIdle: this.areIdle });
  }

  /** Fills the slots below `count` that are free. */
  begin(count: number): void {
    for (let slot = 0; slot < count; slot += 1) {
      if (!this.#busy.has(slot)) void this.#work(slot);
    }
  }

  /** Resolves when none is at work. */
  async end(): Promise<void> {
    await condition(() => this.#busy.size === 0);
    this.rethrow();
  }

  rethrow(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #work(slot: number): Promise<void> {
    this.#busy.add(slot);
    try {
      const { scheduleId, exportName } = this.#input;
      await this.#exports.exportLiveRuns.executeWithOptions(
        { summary: `live runs of ${exportName}, lane ${String(slot)}` },
        [{ scheduleId, slot }],
      );
    } catch (error) {
      this.#failure ??= error as Error;
    } finally {
      this.#busy.delete(slot);
      this.isWoken = true;
    }
  }
}

function ledger() {
  return proxyActivities<ScheduleActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).ledger,
    startToCloseTimeout: "1 minute",
    retry: { maximumInterval: "15 seconds" },
  });
}

function exports(settings: HeartbeatSettings) {
  return proxyActivities<LiveActivities>({
    taskQueue: taskQueuesOf(workflowInfo().taskQueue).live,
    ...exportOptions(settings),
  });
}
