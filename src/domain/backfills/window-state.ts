import type { WindowBatch } from "./window-batch.js";

/** From here on a window begins nothing more, whatever keeps it: a history holds 51,200 events at most. */
export const MAX_HISTORY_EVENTS = 10_000;

/** What was asked of a window, and what its history has come to, when an event arrived. */
export interface WindowView {
  /** Runs in flight at most. */
  readonly concurrency: number;
  readonly pausedBy: "operator" | "concurrency" | "failures" | null;
  readonly isDraining: boolean;
  /** Temporal has asked for the cancel. */
  readonly isCancelled: boolean;
  readonly historyEvents: number;
  /** By the server, long before the history is full. */
  readonly isContinueAsNewSuggested: boolean;
}

/** What stays the same for the life of a window. */
export interface WindowRules {
  /** How many runs are tried alone, at most, after a pause for failures. */
  readonly stopAfter: number;
  readonly continueAsNewPatienceMs: number;
  readonly canaryLimitMs: number;
  readonly cancelArrivalLimitMs: number;
}

/** All that one Temporal run hands to the next: a few integers, whatever the size of the backfill. */
export interface WindowPosition {
  /** The highest ordinal below which this pass has no run left to hand out. */
  readonly after: number;
  /** Each pass goes through the open runs once; failed ones are tried again in the next. */
  readonly pass: number;
  /** How many runs are still to be tried alone before the window opens; 0: it is open. */
  readonly probesLeft: number;
}

export type WindowEnd =
  | "drained"
  | "cancelled"
  | "continue-as-new"
  /** An activity failed for good; nothing else is in flight. */
  | "failed";

/** One at a time: what the window waits for, and for how long. `number` tells one wait from the next. */
export interface WindowTimer {
  readonly kind: "canary" | "patience" | "next-due" | "cancel-arrival";
  readonly ms: number;
  readonly number: number;
}

/** A window, between two events. Nothing in it grows with the number of runs. */
export interface WindowState {
  readonly rules: WindowRules;
  readonly view: WindowView;
  readonly after: number;
  readonly pass: number;
  readonly probesLeft: number;
  /** The batches that wait for a lane, in the order of export. */
  readonly queue: readonly WindowBatch[];
  /** The lanes: each slot that has an activity in flight, with what is left of its batch. */
  readonly lanes: ReadonlyMap<number, WindowBatch>;
  /** The slots whose activities a continue-as-new that was put off still waits for. */
  readonly awaited: ReadonlySet<number>;
  /** The look at the ledger that is in flight: for batches ahead, or from the beginning with no lane at work. */
  readonly look: "ahead" | "idle" | null;
  /** Why no lane is at work though there are open runs: a pause, or none is due for so long. */
  readonly rest:
    | { readonly kind: "paused"; readonly byFailures: boolean }
    | { readonly kind: "until-due"; readonly ms: number }
    | null;
  /** This pass has handed out all that there was. */
  readonly isExhausted: boolean;
  /** A lane found no room, because runs above a lowered window were at work. */
  readonly wasFull: boolean;
  /** The ledger has a cancel that Temporal may still have to bring. */
  readonly isCancelKnown: boolean;
  readonly hasFailed: boolean;
  readonly timer: WindowTimer | null;
  /** Of the last timer. */
  readonly timers: number;
  readonly end: WindowEnd | null;
}

/** Where the next Temporal run has to go on, once nothing is in flight. */
export function positionOf({
  after,
  queue,
  pass,
  probesLeft,
}: WindowState): WindowPosition {
  const first = queue[0]?.from ?? Infinity;
  return { after: Math.min(after, first - 1), pass, probesLeft };
}

/** Lanes are to end, so that the next Temporal run can begin. */
export function isContinueAsNewDue({ view, awaited }: WindowState): boolean {
  if (isHistoryFull(view)) return true;
  return view.isContinueAsNewSuggested && awaited.size === 0;
}

/** A continue-as-new is due, and may still be put off for the lanes that keep it waiting. */
export function mayPutOff(state: WindowState): boolean {
  return isContinueAsNewDue(state) && !isHistoryFull(state.view);
}

function isHistoryFull({ historyEvents }: WindowView): boolean {
  return historyEvents > MAX_HISTORY_EVENTS;
}

/** Whether anything that a window decides by differs. */
export function isOtherView(one: WindowView, other: WindowView): boolean {
  return (
    one.concurrency !== other.concurrency ||
    one.pausedBy !== other.pausedBy ||
    one.isDraining !== other.isDraining ||
    one.isCancelled !== other.isCancelled ||
    one.isContinueAsNewSuggested !== other.isContinueAsNewSuggested ||
    isHistoryFull(one) !== isHistoryFull(other)
  );
}

/** Whoever cancelled it: the ledger or Temporal. */
export function isCancelled({ view, isCancelKnown }: WindowState): boolean {
  return view.isCancelled || isCancelKnown;
}

/** Lanes are to end for good. */
export function isStopping(state: WindowState): boolean {
  return state.hasFailed || isCancelled(state) || isContinueAsNewDue(state);
}

/** No lane begins anything, for now or for good. */
export function isHalted(state: WindowState): boolean {
  const { isDraining, pausedBy } = state.view;
  return isStopping(state) || isDraining || pausedBy !== null;
}

/** Nothing is left to hand out in this pass. */
export function isThrough({ queue, isExhausted }: WindowState): boolean {
  return isExhausted && queue.length === 0;
}

/** The lowest slot that may begin a batch; null when none may. */
export function freeSlot({
  probesLeft,
  lanes,
  view,
}: WindowState): number | null {
  if (probesLeft > 0) return lanes.size === 0 ? 0 : null;
  for (let slot = 0; slot < view.concurrency; slot += 1) {
    if (!lanes.has(slot)) return slot;
  }
  return null;
}

/** Through the open runs once more. */
export function startPass(state: WindowState): WindowState {
  const pass = state.pass + 1;
  return { ...state, rest: null, pass, after: -1, isExhausted: false };
}
