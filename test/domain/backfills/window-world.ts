import {
  decide,
  openWindow,
  type WindowCommand,
} from "../../../src/domain/backfills/export-window.js";
import type { WindowBatch } from "../../../src/domain/backfills/window-batch.js";
import type { WindowEvent } from "../../../src/domain/backfills/window-events.js";
import {
  isHalted,
  isStopping,
  MAX_HISTORY_EVENTS,
  positionOf,
  type WindowState,
  type WindowView,
} from "../../../src/domain/backfills/window-state.js";

/** A number from 0 to below `below`, chosen by whoever tests. */
export type Choose = (below: number) => number;

export interface WorldOptions {
  readonly runs: number;
  readonly batchRuns: number;
  readonly concurrency: number;
  readonly stopAfter: number;
  readonly probes: number;
}

export const maxConcurrency = 5;

type Export = Extract<WindowCommand, { kind: "export" }>;
type Look = Extract<WindowCommand, { kind: "look" }>;

/**
 * A ledger, an operator and a Temporal around a window: it does what the window asks for, in any order and with any outcome,
 * and checks at each step what must hold. Throws where it does not.
 */
export class WindowWorld {
  state: WindowState;
  view: WindowView;
  readonly exports = new Map<number, Export>();
  look: Look | null = null;
  /** The runs that are open, in the ledger. */
  readonly open: Set<number>;
  /** Runs that were looked at, in this pass. */
  readonly seen = new Set<number>();
  /** Runs that the window was given, in this pass. */
  readonly given = new Set<number>();
  steps = 0;
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.open = new Set(Array.from({ length: options.runs }, (_, n) => n));
    this.view = {
      concurrency: options.concurrency,
      pausedBy: null,
      isDraining: false,
      isCancelled: false,
      historyEvents: 3,
      isContinueAsNewSuggested: false,
    };
    this.state = openWindow(
      {
        stopAfter: options.stopAfter,
        continueAsNewPatienceMs: 15,
        canaryLimitMs: 5,
        cancelArrivalLimitMs: 10,
      },
      { after: -1, pass: 1, probesLeft: options.probes },
      this.view,
    );
    this.tell({ kind: "changed" });
  }

  get isOver(): boolean {
    return this.state.end !== null;
  }

  /** Something happens that can happen now. */
  step(choose: Choose): void {
    const can = [
      () => {
        this.ask(choose);
      },
      ...(this.look === null
        ? []
        : [
            () => {
              this.answerLook(choose);
            },
          ]),
      ...[...this.exports.keys()].map((slot) => () => {
        this.endExport(slot, choose);
      }),
      ...(this.state.timer === null
        ? []
        : [
            () => {
              this.passTime();
            },
          ]),
    ];
    can[choose(can.length)]?.();
  }

  /** An operator, or Temporal, changes what is asked. */
  ask(choose: Choose): void {
    const { view } = this;
    // What ends the window comes seldom, so that much happens before it.
    const endings: readonly Partial<WindowView>[] = [
      { isDraining: true },
      { isCancelled: true },
      { isContinueAsNewSuggested: true },
      { historyEvents: view.historyEvents + choose(MAX_HISTORY_EVENTS) },
    ];
    const changes: readonly Partial<WindowView>[] = [
      { concurrency: 1 + choose(maxConcurrency) },
      { pausedBy: "operator" },
      { pausedBy: "failures" },
      { pausedBy: null },
      choose(8) === 7
        ? (endings[choose(endings.length)] ?? {})
        : { pausedBy: null },
    ];
    this.view = { ...view, ...changes[choose(changes.length)] };
    this.tell({ kind: "changed" });
  }

  answerLook(choose: Choose): void {
    const { look } = this;
    if (look === null) throw new Error("No look is in flight");
    this.look = null;
    if (choose(50) === 49) {
      this.tell({ kind: "look-failed", isCancelledActivity: choose(2) === 0 });
      return;
    }
    const due = [...this.open].filter(
      (run) => run > look.after && choose(10) < 9,
    );
    const limit = 2 * this.view.concurrency;
    const batches = batchesOf(due, this.#options.batchRuns).slice(0, limit);
    if (!look.idle) runsOf(batches).forEach((run) => this.given.add(run));
    this.tell({ kind: "looked", batches, openRuns: this.open.size, waitMs: 1 });
  }

  /** Some of the runs of the batch are looked at; of these, some are closed. */
  endExport(slot: number, choose: Choose): void {
    const given = this.exports.get(slot);
    if (given === undefined) throw new Error("No export is in this slot");
    this.exports.delete(slot);
    if (choose(50) === 49) {
      const isCancelledActivity = choose(2) === 0;
      this.tell({ kind: "export-failed", slot, isCancelledActivity });
      return;
    }
    const { from, to } = given.batch;
    const isThrough = choose(3) > 0;
    const next = isThrough ? null : from + choose(to - from);
    let completed = 0;
    for (let run = from; run < (next ?? to); run += 1) {
      if (this.seen.has(run)) throw new Error(`Run ${run} is looked at twice`);
      this.seen.add(run);
      if (this.open.has(run) && choose(4) > 0) {
        this.open.delete(run);
        completed += 1;
      }
    }
    const reason = isThrough ? 0 : choose(12);
    const stoppedBy = reason < 8 ? "other" : reason < 11 ? "full" : "cancel";
    this.tell({ kind: "exported", slot, next, completed, stoppedBy });
  }

  passTime(): void {
    const { timer } = this.state;
    if (timer !== null) this.tell({ kind: "time-passed", timer });
  }

  tell(news: NewsOf<WindowEvent>): void {
    this.steps += 1;
    const before = this.state;
    const event = { ...news, view: this.view } as WindowEvent;
    const { state, commands } = decide(before, event);
    this.state = state;
    if (state.pass !== before.pass) {
      this.seen.clear();
      this.given.clear();
    }
    for (const command of commands) this.#take(command);
    this.#check();
  }

  #take(command: WindowCommand): void {
    if (command.kind === "wait") return;
    const { state, view } = this;
    if (command.kind === "look") {
      expectThat(this.look === null, "one look at a time");
      expectThat(!isStopping(state), "a window that stops looks no further");
      expectThat(
        !command.idle || this.exports.size === 0,
        "an idle look only with no lane at work",
      );
      this.look = command;
      return;
    }
    const { slot, batch } = command;
    expectThat(!isHalted(state), "nothing begins in a halted window");
    expectThat(!view.isDraining, "nothing begins in a drain");
    expectThat(!view.isCancelled, "nothing begins once cancelled");
    expectThat(view.pausedBy === null, "nothing begins in a pause");
    expectThat(
      view.historyEvents <= MAX_HISTORY_EVENTS,
      "nothing begins in a full history",
    );
    expectThat(slot < view.concurrency, "no slot is outside of the window");
    expectThat(!this.exports.has(slot), "no two lanes are in one slot");
    expectThat(batch.from < batch.to, "a batch has a run");
    this.exports.set(slot, command);
    if (state.probesLeft === 0) return;
    expectThat(batch.to === batch.from + 1, "a probe is one run");
    expectThat(this.exports.size === 1, "a probe is alone");
  }

  #isOpenForWork(): boolean {
    const { state } = this;
    const isBusy = state.look !== null || state.rest !== null;
    return !isHalted(state) && !isBusy && state.probesLeft === 0;
  }

  #check(): void {
    const { state, exports } = this;
    expectThat(
      [...state.lanes.keys()].sort().join() ===
        [...exports.keys()].sort().join(),
      "the lanes are what is in flight",
    );
    expectThat(
      state.queue.length <= 2 * maxConcurrency + 2 * maxConcurrency + 1,
      "the queue is bounded",
    );
    expectThat(
      state.awaited.size <= maxConcurrency &&
        state.lanes.size <= maxConcurrency,
      "the state is bounded",
    );
    expectDisjoint([...state.lanes.values(), ...state.queue]);
    const held = runsOf([...state.lanes.values(), ...state.queue]);
    const left = [...this.given].filter((run) => !this.seen.has(run));
    expectThat(
      inOrder(held).join() === inOrder(left).join(),
      "each run is in flight, waiting, or done with",
    );
    if (state.queue.length > 0 && this.#isOpenForWork()) {
      const inside = [...exports.keys()].filter(
        (slot) => slot < this.view.concurrency,
      );
      expectThat(
        inside.length === this.view.concurrency,
        "no slot is free while a batch waits",
      );
    }
    if (state.end === null) return;
    expectThat(exports.size === 0, "it ends with no lane in flight");
    expectThat(this.look === null, "it ends with no look in flight");
    if (state.end === "drained") {
      expectThat(this.open.size === 0, "it drains only with no run open");
    }
    if (state.end === "continue-as-new") {
      const { after } = positionOf(state);
      expectThat(
        left.every((run) => run > after),
        "the next Temporal run takes up what waits",
      );
    }
  }
}

type NewsOf<Event> = Event extends WindowEvent ? Omit<Event, "view"> : never;

function batchesOf(
  runs: readonly number[],
  size: number,
): readonly WindowBatch[] {
  const batches: WindowBatch[] = [];
  for (const run of runs) {
    const last = batches.at(-1);
    if (last?.to === run && run - last.from < size) {
      batches[batches.length - 1] = { ...last, to: run + 1 };
    } else batches.push({ from: run, to: run + 1, label: `run ${run}` });
  }
  return batches;
}

function runsOf(batches: readonly WindowBatch[]): readonly number[] {
  return batches.flatMap(({ from, to }) =>
    Array.from({ length: to - from }, (_, n) => from + n),
  );
}

function inOrder(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((one, other) => one - other);
}

function expectDisjoint(batches: readonly WindowBatch[]): void {
  const sorted = [...batches].sort((one, other) => one.from - other.from);
  sorted.forEach(({ to }, index) => {
    const next = sorted[index + 1];
    expectThat(
      next === undefined || to <= next.from,
      "a run is in one batch, in flight or waiting",
    );
  });
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Expected that ${what}`);
}
