import {
  CancellationScope,
  condition,
  workflowInfo,
} from "@temporalio/workflow";
import type {
  ExportRunsResult,
  Fence,
  NextBatches,
} from "../../contract/activities.js";
import type { WorkflowSettings } from "../../contract/workflow-settings.js";
import {
  decide,
  openWindow,
  type WindowCommand,
} from "../../domain/backfills/export-window.js";
import type { WindowEvent } from "../../domain/backfills/window-events.js";
import {
  isOtherView,
  positionOf,
  type WindowEnd,
  type WindowPosition,
  type WindowState,
  type WindowTimer,
  type WindowView,
} from "../../domain/backfills/window-state.js";
import type { BackfillActivities } from "../activity-proxies.js";
import type { BackfillView } from "./backfill-view.js";
import { isCancelledActivity } from "./cancelled-activity.js";
import type { LiveControl } from "./live-control.js";

interface WindowOptions {
  readonly activities: BackfillActivities;
  readonly fence: Fence;
  readonly view: BackfillView;
  readonly control: LiveControl;
  readonly stopAfter: number;
  readonly settings: WorkflowSettings;
  readonly position: WindowPosition;
}

type Command<Kind extends WindowCommand["kind"]> = Extract<
  WindowCommand,
  { readonly kind: Kind }
>;

/** An event without what each one comes with. */
type News = WindowEvent extends infer Event
  ? Event extends WindowEvent
    ? Omit<Event, "view">
    : never
  : never;

/**
 * Carries out, through Temporal, what `decide` says of a window of lanes, and tells it what came of that. It decides
 * nothing itself: see src/domain/backfills/export-window.ts.
 */
export class ExportWindow {
  readonly #options: WindowOptions;
  /** The workflow's own scope: inside a non-cancellable one, the current scope would never tell of a cancel. */
  readonly #scope = CancellationScope.current();
  #state: WindowState;
  #failure: Error | null = null;

  constructor(options: WindowOptions) {
    const { stopAfter, settings, position } = options;
    this.#options = options;
    this.#state = openWindow(
      { stopAfter, ...settings },
      position,
      this.#view(),
    );
  }

  /** Where the next Temporal run has to go on. True once nothing is in flight. */
  get position(): WindowPosition {
    return positionOf(this.#state);
  }

  /** Returns once nothing is in flight: every run is closed, a cancel has stopped them, or it is time to continue as new. */
  async run(): Promise<Exclude<WindowEnd, "failed">> {
    for (;;) {
      this.#tell({ kind: "changed" });
      // Outside of the cancelled scope, in which a condition rejects at once: lanes end by themselves.
      await CancellationScope.nonCancellable(() =>
        condition(() => this.#state.end !== null || this.#hasChanged()),
      );
      const { end } = this.#state;
      if (end === "failed") throw this.#failure ?? new Error("No error kept");
      if (end !== null) return end;
    }
  }

  #tell(news: News): void {
    const before = this.#state;
    const event = { ...news, view: this.#view() } as WindowEvent;
    const { state, commands } = decide(before, event);
    this.#state = state;
    if (state.pass !== before.pass) this.#options.view.startPass(state.pass);
    for (const command of commands) void this.#carryOut(command);
  }

  /** Never rejects: what goes wrong is an event, and kept for `run`. */
  #carryOut(command: WindowCommand): Promise<void> {
    switch (command.kind) {
      case "look":
        return this.#look(command);
      case "export":
        return this.#export(command);
      case "wait":
        return this.#wait(command.timer);
    }
  }

  async #look({ after, idle }: Command<"look">): Promise<void> {
    const { activities, fence, control, view } = this.#options;
    const { concurrency } = control;
    let next: NextBatches;
    try {
      next = await activities.ledger.nextBatches({
        ...fence,
        after,
        idle,
        // Twice the window: a lane that ends finds its next batch without a wait.
        limit: concurrency * 2,
        concurrency,
      });
    } catch (error) {
      this.#fail({ kind: "look-failed" }, error);
      return;
    }
    control.adopt(next.control);
    view.show(next.ledger);
    const { batches, waitMs, ledger } = next;
    this.#tell({ kind: "looked", batches, waitMs, openRuns: ledger.openRuns });
  }

  async #export({ slot, batch, beginForMs }: Command<"export">): Promise<void> {
    const { activities, fence, control, view } = this.#options;
    const { from, to, label } = batch;
    let result: ExportRunsResult;
    try {
      result = await activities.exports.exportRuns.executeWithOptions(
        { summary: label },
        [{ ...fence, from, to, slot, beginForMs }],
      );
    } catch (error) {
      this.#fail({ kind: "export-failed", slot }, error);
      return;
    }
    view.add(result);
    control.adopt(result.control);
    const { next, completed, stoppedBy } = result;
    this.#tell({
      kind: "exported",
      slot,
      next,
      completed,
      stoppedBy:
        stoppedBy === "full" || stoppedBy === "cancel" ? stoppedBy : "other",
    });
  }

  async #wait(timer: WindowTimer): Promise<void> {
    const isReplaced = () => this.#state.timer?.number !== timer.number;
    const wasReplaced = await CancellationScope.nonCancellable(() =>
      condition(isReplaced, timer.ms),
    );
    if (!wasReplaced) this.#tell({ kind: "time-passed", timer });
  }

  /** The first error that counts is what `run` throws. */
  #fail(
    news:
      | { readonly kind: "look-failed" }
      | { readonly kind: "export-failed"; readonly slot: number },
    error: unknown,
  ): void {
    this.#tell({ ...news, isCancelledActivity: isCancelledActivity(error) });
    if (this.#state.hasFailed) this.#failure ??= error as Error;
  }

  #view(): WindowView {
    const { concurrency, pausedBy, isDraining } = this.#options.control;
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return {
      concurrency,
      pausedBy,
      isDraining,
      isCancelled: this.#scope.consideredCancelled,
      historyEvents: historyLength,
      isContinueAsNewSuggested: continueAsNewSuggested,
    };
  }

  #hasChanged(): boolean {
    return isOtherView(this.#view(), this.#state.view);
  }
}
