import {
  CancellationScope,
  condition,
  isCancellation,
} from "@temporalio/workflow";
import type {
  Batch,
  ExportRunsInput,
  ExportRunsResult,
  Fence,
  NextBatches,
} from "../../contract/activities.js";
import type { WindowState } from "../../contract/backfill-workflow.js";
import type { WorkflowSettings } from "../../contract/workflow-settings.js";
import type { BackfillActivities } from "../activity-proxies.js";
import type { BackfillView } from "./backfill-view.js";
import { BatchQueue } from "./batch-queue.js";
import { Canary } from "./canary.js";
import { isCutShort } from "./cut-short.js";
import { HandOver } from "./hand-over.js";
import type { LiveControl } from "./live-control.js";

type WindowEnd = "drained" | "cancelled" | "hand-over";

interface WindowOptions {
  readonly activities: BackfillActivities;
  readonly fence: Fence;
  readonly view: BackfillView;
  readonly control: LiveControl;
  readonly stopAfter: number;
  readonly settings: WorkflowSettings;
  readonly state: WindowState;
}

/**
 * Keeps as many batches in flight as the control asks for until no run is open. Each lane holds one slot of the window
 * and works through one batch, an activity at a time. Nothing here grows with the number of runs.
 */
export class ExportWindow {
  readonly #activities: BackfillActivities;
  readonly #fence: Fence;
  readonly #view: BackfillView;
  readonly #control: LiveControl;
  readonly #stopAfter: number;
  readonly #settings: WorkflowSettings;
  readonly #queue = new BatchQueue();
  readonly #canary: Canary;
  readonly #handOver = new HandOver();
  /** The workflow's own scope: inside a non-cancellable one, the current scope would never tell of a cancel. */
  readonly #scope = CancellationScope.current();
  /** The slots at work. */
  readonly #slots = new Set<number>();
  #after: number;
  #pass: number;
  #exhausted = false;
  #wasFull = false;
  #cancelSeen = false;
  #failure: Error | null = null;

  constructor(options: WindowOptions) {
    this.#activities = options.activities;
    this.#fence = options.fence;
    this.#view = options.view;
    this.#control = options.control;
    this.#stopAfter = options.stopAfter;
    this.#settings = options.settings;
    this.#canary = new Canary(options.state.probesLeft);
    this.#after = options.state.after;
    this.#pass = options.state.pass;
  }

  /** Where the next Temporal run has to go on. True once nothing is in flight. */
  get state(): WindowState {
    return {
      after: Math.min(this.#after, this.#queue.first - 1),
      pass: this.#pass,
      probesLeft: this.#canary.triesLeft,
    };
  }

  /** Returns once nothing is in flight: every run is closed, a cancel has stopped them, or it is time to hand over. */
  async run(): Promise<WindowEnd> {
    for (;;) {
      await this.#fill();
      await this.#drainedOrFree();
      if (this.#slots.size > 0) continue;
      if (this.#failure !== null) throw this.#failure;
      if (this.#isCancelled) return this.#awaitCancel();
      if (this.#control.isDraining) return "cancelled";
      if (this.#handOver.isDue) return "hand-over";
      if (await this.#isDrained()) return "drained";
    }
  }

  async #fill(): Promise<void> {
    while (!this.#isHalted) {
      const slot = this.#freeSlot();
      const batch = slot === null ? null : await this.#nextBatch();
      if (slot === null || batch === null) return;
      if (!this.#mayBegin(slot)) {
        this.#queue.add([batch]);
        return;
      }
      this.#slots.add(slot);
      void this.#lane(slot, batch);
    }
  }

  /** The lowest slot that is free; null when none is. */
  #freeSlot(): number | null {
    if (this.#canary.isOut) return this.#slots.size === 0 ? 0 : null;
    for (let slot = 0; slot < this.#control.concurrency; slot += 1) {
      if (!this.#slots.has(slot)) return slot;
    }
    return null;
  }

  async #nextBatch(): Promise<Batch | null> {
    if (this.#queue.isEmpty && !this.#exhausted) {
      const next = await this.#look({ after: this.#after, idle: false });
      this.#queue.add(next.batches);
      const last = next.batches.at(-1);
      if (last === undefined) this.#exhausted = true;
      else this.#after = last.to - 1;
    }
    return this.#canary.isOut ? this.#queue.takeOne() : this.#queue.take();
  }

  async #look(input: {
    readonly after: number;
    readonly idle: boolean;
  }): Promise<NextBatches> {
    const { concurrency } = this.#control;
    const next = await this.#activities.ledger.nextBatches({
      ...this.#fence,
      ...input,
      // Twice the window: a lane that ends finds its next batch without a wait.
      limit: concurrency * 2,
      concurrency,
    });
    this.#control.adopt(next.control);
    this.#view.show(next.ledger);
    return next;
  }

  /** One batch, an activity after the other. Never rejects: what goes wrong is kept for `run`. */
  async #lane(slot: number, batch: Batch): Promise<void> {
    let next: number | null = batch.from;
    try {
      while (next !== null && this.#mayBegin(slot)) {
        const result: ExportRunsResult =
          await this.#activities.exports.exportRuns.executeWithOptions(
            { summary: batch.label },
            [this.#order(slot, { ...batch, from: next })],
          );
        this.#hear(slot, result);
        next = result.next;
        if (result.stoppedBy === "full") break;
      }
    } catch (error) {
      if (!(this.#isCancelled && isCutShort(error))) {
        this.#failure ??= error as Error;
      }
    } finally {
      if (next !== null) this.#queue.add([{ ...batch, from: next }]);
      this.#slots.delete(slot);
      this.#handOver.hear(slot);
    }
  }

  #order(slot: number, { from, to }: Batch): ExportRunsInput {
    const { beginForMs } = this.#handOver;
    const order = { ...this.#fence, from, to, slot };
    return beginForMs === undefined ? order : { ...order, beginForMs };
  }

  #hear(slot: number, result: ExportRunsResult): void {
    this.#handOver.hear(slot);
    this.#view.add(result);
    this.#control.adopt(result.control);
    if (this.#canary.isOut) this.#canary.hear(result);
    if (result.stoppedBy === "cancel") this.#cancelSeen = true;
    if (result.stoppedBy === "full") this.#wasFull = true;
  }

  #mayBegin(slot: number): boolean {
    return !this.#isHalted && slot < this.#control.concurrency;
  }

  /** A condition rejects at once in a cancelled scope, so the drain waits outside of it: lanes end by themselves. */
  async #drainedOrFree(): Promise<void> {
    const isSo = () =>
      this.#slots.size === 0 ||
      (!this.#isHalted &&
        this.#freeSlot() !== null &&
        !(this.#exhausted && this.#queue.isEmpty));
    const { canaryLimitMs, continueAsNewPatienceMs } = this.#settings;
    await CancellationScope.nonCancellable(async () => {
      if (this.#canary.isOut && this.#slots.size > 0) {
        if (!(await condition(isSo, canaryLimitMs))) this.#canary.recall();
      } else if (this.#awaitsHandOver) {
        if (!(await condition(isSo, continueAsNewPatienceMs))) {
          this.#handOver.putOffFor(this.#slots);
        }
      } else await condition(() => isSo() || this.#awaitsHandOver);
    });
  }

  /** Nothing is in flight. Looks at the ledger from its beginning where there is reason to, and waits out a pause. */
  async #isDrained(): Promise<boolean> {
    const pausedBy = this.#control.pausedBy;
    const isThrough = this.#queue.isEmpty && this.#exhausted;
    if (!isThrough && pausedBy === null && !this.#wasFull) return false;
    this.#wasFull = false;
    const next = await this.#look({ after: -1, idle: true });
    if (next.ledger.openRuns === 0) return true;
    if (this.#control.pausedBy !== null) {
      await this.#resumed();
    } else if (isThrough) await this.#startPass(next);
    return false;
  }

  async #startPass({ batches, waitMs }: NextBatches): Promise<void> {
    if (batches.length === 0) await condition(() => this.#isHalted, waitMs);
    this.#pass += 1;
    this.#view.startPass(this.#pass);
    this.#after = -1;
    this.#exhausted = false;
  }

  /** Waits while the backfill is paused; a hand-over, a cancel or a drain ends the wait too. */
  async #resumed(): Promise<void> {
    const { pausedBy } = this.#control;
    await condition(
      () =>
        this.#control.pausedBy === null ||
        this.#control.isDraining ||
        this.#isStopping,
    );
    if (pausedBy === "failures") this.#canary.sendAgain(this.#stopAfter);
  }

  /** A cancel that the ledger knows of is on its way here too. */
  async #awaitCancel(): Promise<WindowEnd> {
    const { cancelArrivalLimitMs } = this.#settings;
    if (!this.#scope.consideredCancelled) {
      await condition(() => false, cancelArrivalLimitMs).catch(
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
    }
    return "cancelled";
  }

  get #isCancelled(): boolean {
    return this.#cancelSeen || this.#scope.consideredCancelled;
  }

  /** It has become due while lanes are at work: there is a limit to how long they are waited for. */
  get #awaitsHandOver(): boolean {
    return this.#handOver.isDue && this.#handOver.mayBePutOff;
  }

  /** Lanes are to end for good. */
  get #isStopping(): boolean {
    return this.#failure !== null || this.#isCancelled || this.#handOver.isDue;
  }

  /** No lane begins anything, for now or for good. */
  get #isHalted(): boolean {
    return (
      this.#isStopping ||
      this.#control.isDraining ||
      this.#control.pausedBy !== null
    );
  }
}
