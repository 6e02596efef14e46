import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  setHandler,
} from "@temporalio/workflow";
import type {
  BackfillClosing,
  Fence,
  LedgerSummary,
} from "../../contract/activities.js";
import {
  type BackfillInput,
  type BackfillResult,
  progressQueryName,
} from "../../contract/backfill-workflow.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import type { WindowPosition } from "../../domain/backfills/window-state.js";
import {
  type BackfillActivities,
  backfillActivities,
} from "../activity-proxies.js";
import { BackfillView } from "./backfill-view.js";
import { isCancelledActivity } from "./cancelled-activity.js";
import { ExportWindow } from "./export-window.js";
import { LiveControl } from "./live-control.js";
import { planFailureOf } from "./plan-failure.js";
import { waitForTurn } from "./wait-for-turn.js";

const progressQuery = defineQuery<LedgerSummary | null>(progressQueryName);

/**
 * Makes every run of one backfill. It knows runs by their numbers only: intervals, attempts and counts are the
 * ledger's, so neither a replay nor a new time-zone database can change what is exported.
 */
export async function backfill(input: BackfillInput): Promise<BackfillResult> {
  const activities = backfillActivities(input.settings);
  const view = new BackfillView(input);
  setHandler(progressQuery, () => view.ledger);
  const control = new LiveControl((asked) => {
    view.ask(asked);
  });

  const outcome = await work({ input, activities, view, control });
  // Outside of the cancelled scope, in which a condition rejects at once: the last status would stay unwritten.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  if (outcome.kind === "wait-on") {
    // It has not begun: for the ledger, this is still its first Temporal run.
    return continueAsNew<typeof backfill>(input);
  }
  if (outcome.kind === "continue-as-new") {
    return continueAsNew<typeof backfill>({
      ...input,
      executionIndex: input.executionIndex + 1,
      window: outcome.window,
    });
  }
  return close({ input, activities, view, control, outcome });
}

type Outcome =
  | { readonly kind: "drained" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "plan-failed"; readonly failure: ErrorObject }
  | { readonly kind: "wait-on" }
  | { readonly kind: "continue-as-new"; readonly window: WindowPosition };

interface Work {
  readonly input: BackfillInput;
  readonly activities: BackfillActivities;
  readonly view: BackfillView;
  readonly control: LiveControl;
}

async function work(work: Work): Promise<Outcome> {
  const { input, activities, view, control } = work;
  const fence = fenceOf(input);
  try {
    if (input.isQueued && input.executionIndex === 0) {
      const turn = await waitForTurn({ activities, fence, view, control });
      if (turn === "cancelled") return { kind: "cancelled" };
      if (turn === "continue-as-new") return { kind: "wait-on" };
    }
    const beginning = await activities.ledger.beginBackfill({
      ...fence,
      executionIndex: input.executionIndex,
    });
    control.adopt(beginning.control);
    view.show(beginning.ledger);
    if (control.isCancelled) return { kind: "cancelled" };
    if (!beginning.planned) {
      const failure = await plan(work);
      if (failure !== null) return { kind: "plan-failed", failure };
    }
    const window = new ExportWindow({
      activities,
      fence,
      view,
      control,
      stopAfter: beginning.stopAfter,
      settings: input.settings,
      position: input.window ?? firstPosition(view, beginning.stopAfter),
    });
    const end = await window.run();
    if (end !== "continue-as-new") return { kind: end };
    await activities.ledger.writeContinuedAsNew({
      ...fence,
      executionIndex: input.executionIndex,
    });
    // A cancel that arrived meanwhile belongs to this run: the next one would not hear of it.
    return isEndAsked(control)
      ? { kind: "cancelled" }
      : { kind: "continue-as-new", window: window.position };
  } catch (error) {
    if (isEndAsked(control) && isCancelledActivity(error))
      return { kind: "cancelled" };
    throw error;
  }
}

/** The first runs go one at a time, where there are enough of them to be spared. */
function firstPosition(view: BackfillView, stopAfter: number): WindowPosition {
  const openRuns = view.ledger?.openRuns ?? 0;
  const probesLeft = openRuns > stopAfter ? stopAfter : 0;
  return { after: -1, pass: 1, probesLeft };
}

/** Null: there is a plan. A drain ends planning at once, since no run is at work. */
async function plan({
  input,
  activities,
  view,
  control,
}: Work): Promise<ErrorObject | null> {
  const scope = new CancellationScope();
  control.untilDraining().then(
    () => {
      scope.cancel();
    },
    () => undefined,
  );
  try {
    const planning = scope.run(() =>
      activities.plan.writePlan.executeWithOptions(
        { summary: "plan: write every run to the ledger" },
        [fenceOf(input)],
      ),
    );
    view.show(await planning);
    return null;
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (isEndAsked(control) && isCancelledActivity(error)) throw error;
    return planFailureOf(error);
  }
}

/** Writes the last status whatever else happens, then ends in the Temporal status that says the same. */
async function close({
  input,
  activities,
  view,
  outcome,
}: Work & {
  readonly outcome: Exclude<Outcome, { kind: "continue-as-new" | "wait-on" }>;
}): Promise<BackfillResult> {
  const closing = await CancellationScope.nonCancellable(() =>
    activities.ledger.finishBackfill({
      ...fenceOf(input),
      cancelled: outcome.kind === "cancelled",
      planFailure: outcome.kind === "plan-failed" ? outcome.failure : null,
    }),
  );
  view.close(closing);
  const result = resultOf(closing);
  switch (closing.status) {
    case "Completed":
      return result;
    case "Cancelled":
      if (isCancelRequested()) {
        throw new CancelledFailure("The backfill was cancelled on request");
      }
      return result;
    case "Failed":
    case "FailedRetryable":
    case "Terminated":
    case "TimedOut":
      throw ApplicationFailure.create({
        type: `Backfill${closing.status}`,
        message: failureMessage(closing, outcome),
        nonRetryable: true,
        details: [result],
      });
  }
}

function failureMessage(closing: BackfillClosing, outcome: Outcome): string {
  if (outcome.kind === "plan-failed") {
    return `The plan failed: ${outcome.failure.code}: ${outcome.failure.message}`;
  }
  const { failedRuns, totalRuns } = closing.ledger;
  return `${String(failedRuns)} of ${String(totalRuns)} runs failed`;
}

function resultOf(closing: BackfillClosing): BackfillResult {
  return {
    status: closing.status,
    totalRuns: closing.ledger.totalRuns,
    records: closing.ledger.records,
  };
}

function fenceOf(input: BackfillInput): Fence {
  return { backfillId: input.backfillId, generation: input.generation };
}

function isEndAsked(control: LiveControl): boolean {
  return isCancelRequested() || control.isDraining;
}

function isCancelRequested(): boolean {
  return CancellationScope.current().consideredCancelled;
}
