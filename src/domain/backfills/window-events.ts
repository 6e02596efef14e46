import { type WindowBatch, withBatches } from "./window-batch.js";
import {
  isCancelled,
  isHalted,
  isThrough,
  startPass,
  type WindowState,
  type WindowTimer,
  type WindowView,
} from "./window-state.js";

/** What a window hears of. Each event comes with what is asked of the window, and its history, at that moment. */
export type WindowEvent = { readonly view: WindowView } & (
  | LookedEvent
  | ExportedEvent
  | {
      /** An activity that exports failed for good. */
      readonly kind: "export-failed";
      readonly slot: number;
      /** It failed as one that was cancelled may. */
      readonly isCancelledActivity: boolean;
    }
  | { readonly kind: "look-failed"; readonly isCancelledActivity: boolean }
  | { readonly kind: "time-passed"; readonly timer: WindowTimer }
  /** Only what it comes with has changed. */
  | { readonly kind: "changed" }
);

interface LookedEvent {
  readonly kind: "looked";
  readonly batches: readonly WindowBatch[];
  readonly openRuns: number;
  /** Where there is no batch though runs are open: how long until one is due. */
  readonly waitMs: number;
}

interface ExportedEvent {
  readonly kind: "exported";
  readonly slot: number;
  /** The first ordinal not looked at; null when the batch is through. */
  readonly next: number | null;
  readonly completed: number;
  /** What kept it from its end: runs above a lowered window, a cancel that the ledger has, or anything else. */
  readonly stoppedBy: "full" | "cancel" | "other";
}

/** The state with what an event says. A slot that stays among the lanes goes on with the rest of its batch. */
export function hear(before: WindowState, event: WindowEvent): WindowState {
  const state = { ...before, view: event.view };
  switch (event.kind) {
    case "looked":
      return state.look === "idle"
        ? lookedIdle(state, event)
        : lookedAhead(state, event);
    case "look-failed":
      return failed({ ...state, look: null }, event);
    case "exported":
      return exported(state, event);
    case "export-failed":
      return failed(endLane(heardOf(state, event.slot), event.slot), event);
    case "time-passed":
      return event.timer.number === state.timer?.number
        ? timePassed({ ...state, timer: null }, event.timer)
        : state;
    case "changed":
      return state;
  }
}

function lookedAhead(
  state: WindowState,
  { batches }: LookedEvent,
): WindowState {
  const last = batches.at(-1);
  return {
    ...state,
    look: null,
    queue: withBatches(state.queue, batches),
    after: last === undefined ? state.after : last.to - 1,
    isExhausted: last === undefined,
  };
}

function lookedIdle(
  state: WindowState,
  { batches, openRuns, waitMs }: LookedEvent,
): WindowState {
  const seen = { ...state, look: null };
  if (openRuns === 0) return { ...seen, end: "drained" };
  const { pausedBy } = state.view;
  if (pausedBy !== null) {
    const byFailures = pausedBy === "failures";
    return { ...seen, rest: { kind: "paused", byFailures } };
  }
  if (!isThrough(seen)) return seen;
  if (batches.length > 0) return startPass(seen);
  return { ...seen, rest: { kind: "until-due", ms: waitMs } };
}

function exported(state: WindowState, event: ExportedEvent): WindowState {
  const { slot, next, stoppedBy } = event;
  const batch = state.lanes.get(slot);
  if (batch === undefined) throw new Error(`Expected a batch in slot ${slot}`);
  const heard = {
    ...heardOf(state, slot),
    probesLeft: probesAfter(state.probesLeft, event),
    isCancelKnown: state.isCancelKnown || stoppedBy === "cancel",
    wasFull: state.wasFull || stoppedBy === "full",
  };
  const lanes = new Map(state.lanes);
  if (next === null) {
    lanes.delete(slot);
    return { ...heard, lanes };
  }
  const left = { ...heard, lanes: lanes.set(slot, { ...batch, from: next }) };
  const goesOn =
    stoppedBy !== "full" && !isHalted(left) && slot < left.view.concurrency;
  return goesOn ? left : endLane(left, slot);
}

/** Runs go one at a time until one has succeeded: what is wrong with all of them shows in the first ones. */
function probesAfter(left: number, { completed, next }: ExportedEvent): number {
  if (left === 0 || completed > 0) return 0;
  return next === null ? left - 1 : left;
}

/** An activity in this slot has ended. */
function heardOf(state: WindowState, slot: number): WindowState {
  const awaited = new Set(state.awaited);
  awaited.delete(slot);
  return { ...state, awaited };
}

/** What is left of the lane's batch waits for another one. */
function endLane(state: WindowState, slot: number): WindowState {
  const lanes = new Map(state.lanes);
  const left = lanes.get(slot);
  lanes.delete(slot);
  const queue =
    left === undefined ? state.queue : withBatches(state.queue, [left]);
  return { ...state, lanes, queue };
}

/** A cancelled activity may end as anything: only other failures count. */
function failed(
  state: WindowState,
  { isCancelledActivity }: { readonly isCancelledActivity: boolean },
): WindowState {
  if (isCancelled(state) && isCancelledActivity) return state;
  return { ...state, hasFailed: true };
}

function timePassed(state: WindowState, { kind }: WindowTimer): WindowState {
  switch (kind) {
    case "canary":
      return { ...state, probesLeft: 0 };
    case "patience":
      return { ...state, awaited: new Set(state.lanes.keys()) };
    case "next-due":
      return startPass(state);
    case "cancel-arrival":
      return { ...state, end: "cancelled" };
  }
}
