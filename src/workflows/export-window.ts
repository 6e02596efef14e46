import {
  CancellationScope,
  condition,
  isCancellation,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import type { Batch, ExportRunsResult, Fence } from "../contract/activities.js";
import type { WindowState } from "../contract/backfill-workflow.js";
import type { BackfillActivities } from "./activity-proxies.js";
import type { BackfillView } from "./backfill-view.js";

/** Above this the window is no longer filled, should the server be set up never to suggest to continue as new. */
const MAX_HISTORY_EVENTS = 10_000;

/** A cancel that the ledger knows of is on its way here too; this is how long the window waits for it. */
const CANCEL_ARRIVAL_LIMIT = "10 seconds";

type WindowEnd = "drained" | "cancelled" | "hand-over";

/**
 * Keeps up to `concurrency` batches in flight until no run is open. Each lane works through one batch, an activity at
 * a time. Nothing here grows with the number of runs.
 */
export class ExportWindow {
  readonly #activities: BackfillActivities;
  readonly #fence: Fence;
  readonly #view: BackfillView;
  readonly #waiting: Batch[] = [];
  /** The workflow's own scope: inside a non-cancellable one, the current scope would never tell of a cancel. */
  readonly #scope = CancellationScope.current();
  #after: number;
  #pass: number;
  #concurrency: number;
  #lanes = 0;
  /** The lowest ordinal that a lane gave back unfinished. */
  #givenBack = Infinity;
  #exhausted = false;
  #cancelSeen = false;
  #failure: Error | null = null;

  constructor(options: {
    readonly activities: BackfillActivities;
    readonly fence: Fence;
    readonly view: BackfillView;
    readonly state: WindowState;
  }) {
    this.#activities = options.activities;
    this.#fence = options.fence;
    this.#view = options.view;
    this.#after = options.state.after;
    this.#pass = options.state.pass;
    this.#concurrency = options.state.concurrency;
  }

  /** Where the next Temporal run has to go on. True once nothing is in flight. */
  get state(): WindowState {
    const handedOut = Math.min(
      this.#givenBack,
      ...this.#waiting.map((batch) => batch.from),
    );
    return {
      after: Math.min(this.#after, handedOut - 1),
      pass: this.#pass,
      concurrency: this.#concurrency,
    };
  }

  /** Returns once nothing is in flight: every run is closed, a cancel has stopped them, or it is time to hand over. */
  async run(): Promise<WindowEnd> {
    for (;;) {
      await this.#fill();
      await this.#drainedOrFree();
      if (this.#lanes > 0) continue;
      if (this.#failure !== null) throw this.#failure;
      if (this.#isCancelled) return this.#awaitCancel();
      if (this.#mustHandOver) return "hand-over";
      if (this.#waiting.length === 0 && this.#exhausted) {
        if (await this.#isDrained()) return "drained";
      }
    }
  }

  async #fill(): Promise<void> {
    while (!this.#isStopping && this.#lanes < this.#concurrency) {
      const batch = this.#waiting.shift() ?? (await this.#nextBatch());
      if (batch === null) return;
      this.#lanes += 1;
      void this.#lane(batch);
    }
  }

  async #nextBatch(): Promise<Batch | null> {
    if (this.#exhausted) return null;
    const next = await this.#activities.ledger.nextBatches({
      ...this.#fence,
      after: this.#after,
      // Twice the window: a lane that ends finds its next batch without a wait.
      limit: this.#concurrency * 2,
      concurrency: this.#concurrency,
    });
    this.#view.show(next.ledger);
    this.#waiting.push(...next.batches);
    const last = next.batches.at(-1);
    if (last === undefined) {
      this.#exhausted = true;
      return null;
    }
    this.#after = last.to - 1;
    return this.#waiting.shift() ?? null;
  }

  /** One batch, an activity after the other. Never rejects: what goes wrong is kept for `run`. */
  async #lane(batch: Batch): Promise<void> {
    let next: number | null = batch.from;
    try {
      while (next !== null && !this.#isStopping) {
        next = this.#take(
          await this.#activities.exports.exportRuns.executeWithOptions(
            { summary: batch.label },
            [{ ...this.#fence, from: next, to: batch.to }],
          ),
        );
      }
    } catch (error) {
      if (!(this.#isCancelled && isCancellation(error))) {
        this.#failure ??= error as Error;
      }
    } finally {
      if (next !== null) this.#givenBack = Math.min(this.#givenBack, next);
      this.#lanes -= 1;
    }
  }

  #take(result: ExportRunsResult): number | null {
    this.#view.add(result);
    if (result.stoppedBy === "cancel") this.#cancelSeen = true;
    return result.next;
  }

  /** A condition rejects at once in a cancelled scope, so the drain waits outside of it: lanes end by themselves. */
  async #drainedOrFree(): Promise<void> {
    await CancellationScope.nonCancellable(() =>
      condition(
        () =>
          this.#lanes === 0 ||
          (!this.#isStopping &&
            this.#lanes < this.#concurrency &&
            !(this.#exhausted && this.#waiting.length === 0)),
      ),
    );
  }

  /** Looks at the ledger once more from its beginning: for runs to try again, and to be sure. */
  async #isDrained(): Promise<boolean> {
    const next = await this.#activities.ledger.nextBatches({
      ...this.#fence,
      after: -1,
      limit: this.#concurrency * 2,
      concurrency: this.#concurrency,
    });
    this.#view.show(next.ledger);
    if (next.ledger.openRuns === 0) return true;
    if (next.batches.length === 0) await sleep(next.waitMs);
    this.#pass += 1;
    this.#view.startPass(this.#pass);
    this.#after = -1;
    this.#givenBack = Infinity;
    this.#exhausted = false;
    return false;
  }

  async #awaitCancel(): Promise<WindowEnd> {
    if (!this.#scope.consideredCancelled) {
      await condition(() => false, CANCEL_ARRIVAL_LIMIT).catch(
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

  get #mustHandOver(): boolean {
    const info = workflowInfo();
    return (
      info.continueAsNewSuggested || info.historyLength > MAX_HISTORY_EVENTS
    );
  }

  get #isStopping(): boolean {
    return this.#failure !== null || this.#isCancelled || this.#mustHandOver;
  }
}
