import { takeBatch, type WindowBatch } from "./window-batch.js";
import { hear, type WindowEvent } from "./window-events.js";
import {
  freeSlot,
  isCancelled,
  isContinueAsNewDue,
  isHalted,
  isStopping,
  isThrough,
  mayPutOff,
  startPass,
  type WindowEnd,
  type WindowPosition,
  type WindowRules,
  type WindowState,
  type WindowTimer,
  type WindowView,
} from "./window-state.js";

/** For how long an activity begins runs: its lane then makes a new one, which keeps cancels and continuing as new quick. */
const BEGIN_FOR_MS = 10_000;

/** Longer for the lanes that go on while a continue-as-new is put off, so that they reach `MAX_HISTORY_EVENTS` late. */
const BEGIN_LONG_FOR_MS = 120_000;

/** What a window asks of Temporal. */
export type WindowCommand =
  | {
      /** Read the next batches of open runs. `idle`: no lane is at work. */
      readonly kind: "look";
      readonly after: number;
      readonly idle: boolean;
    }
  | {
      /** Export the runs of a batch, in an activity that begins none later than this. */
      readonly kind: "export";
      readonly slot: number;
      readonly batch: WindowBatch;
      readonly beginForMs: number;
    }
  /** Tell when this time has passed, unless the window has another timer by then, or none. */
  | { readonly kind: "wait"; readonly timer: WindowTimer };

export interface WindowDecision {
  readonly state: WindowState;
  readonly commands: readonly WindowCommand[];
}

/** A window that goes on from a position, and has done nothing yet. */
export function openWindow(
  rules: WindowRules,
  { after, pass, probesLeft }: WindowPosition,
  view: WindowView,
): WindowState {
  return {
    rules,
    view,
    after,
    pass,
    probesLeft,
    queue: [],
    lanes: new Map(),
    awaited: new Set(),
    look: null,
    rest: null,
    isExhausted: false,
    wasFull: false,
    isCancelKnown: false,
    hasFailed: false,
    timer: null,
    timers: 0,
    end: null,
  };
}

/**
 * What a window of lanes does next: it keeps as many batches in flight as is asked for until no run is open. Pure, so that
 * a replay decides as the first execution did.
 */
export function decide(state: WindowState, event: WindowEvent): WindowDecision {
  const commands: WindowCommand[] = [];
  let now = hear(state, event);
  if (event.kind === "exported") {
    const { slot } = event;
    // The lane goes on with the rest of its batch.
    if (now.lanes.has(slot)) commands.push(exportIn(now, slot));
  }
  for (;;) {
    const step = nextStep(now);
    if (step === null) break;
    now = step.state;
    commands.push(...step.commands);
  }
  return withTimer(now, commands);
}

function exportIn(state: WindowState, slot: number): WindowCommand {
  const batch = state.lanes.get(slot);
  if (batch === undefined) throw new Error("Expected a batch in the slot");
  const beginForMs =
    state.awaited.size === 0 ? BEGIN_FOR_MS : BEGIN_LONG_FOR_MS;
  return { kind: "export", slot, batch, beginForMs };
}

/** The next thing to do at once; null: wait for an event. */
function nextStep(state: WindowState): WindowDecision | null {
  if (state.end !== null) return null;
  if (state.rest !== null) return isRestOver(state) ? afterRest(state) : null;
  if (state.look !== null) return null;
  return begin(state) ?? (state.lanes.size === 0 ? atIdle(state) : null);
}

function isRestOver(state: WindowState): boolean {
  return state.rest?.kind === "paused"
    ? state.view.pausedBy === null || state.view.isDraining || isStopping(state)
    : isHalted(state);
}

/** After a pause for failures, whether what was wrong is mended is tried with one run at a time. */
function afterRest(state: WindowState): WindowDecision {
  const { rest, rules, probesLeft } = state;
  if (rest?.kind === "until-due") return only(startPass(state));
  const isCanaryDue = rest?.byFailures === true;
  return only({
    ...state,
    rest: null,
    probesLeft: isCanaryDue ? rules.stopAfter : probesLeft,
  });
}

/** A batch for a free slot, or the look that finds one. */
function begin(state: WindowState): WindowDecision | null {
  const slot = isHalted(state) ? null : freeSlot(state);
  if (slot === null || isThrough(state) || isRoomTaken(state)) return null;
  if (state.queue.length === 0) {
    return {
      state: { ...state, look: "ahead" },
      commands: [{ kind: "look", after: state.after, idle: false }],
    };
  }
  const alone = state.probesLeft > 0;
  const { batch, queue } = takeBatch(state.queue, { alone });
  const lanes = new Map(state.lanes).set(slot, batch);
  const begun = { ...state, queue, lanes };
  return { state: begun, commands: [exportIn(begun, slot)] };
}

/** What takes the room is no lane's: an idle look settles runs that the ledger shows as at work, but are lost. */
function isRoomTaken({ wasFull, lanes }: WindowState): boolean {
  return wasFull && lanes.size === 0;
}

/** Nothing is in flight: ends where there is reason to, or looks at the ledger from its beginning. */
function atIdle(state: WindowState): WindowDecision | null {
  if (state.hasFailed) return ended(state, "failed");
  // A cancel that the ledger knows of is on its way here too: `withTimer` limits the wait.
  if (state.view.isCancelled) return ended(state, "cancelled");
  if (isCancelled(state)) return null;
  if (state.view.isDraining) return ended(state, "cancelled");
  if (isContinueAsNewDue(state)) return ended(state, "continue-as-new");
  if (!isThrough(state) && state.view.pausedBy === null && !state.wasFull)
    return null;
  return {
    state: { ...state, wasFull: false, look: "idle" },
    commands: [{ kind: "look", after: -1, idle: true }],
  };
}

function ended(state: WindowState, end: WindowEnd): WindowDecision {
  return only({ ...state, end });
}

function only(state: WindowState): WindowDecision {
  return { state, commands: [] };
}

/** Starts the timer that the state calls for, unless it already runs. */
function withTimer(
  state: WindowState,
  commands: readonly WindowCommand[],
): WindowDecision {
  const wanted = wantedTimer(state);
  if (wanted === null) return { state: { ...state, timer: null }, commands };
  if (state.timer?.kind === wanted.kind) return { state, commands };
  const number = state.timers + 1;
  const timer = { ...wanted, number };
  return {
    state: { ...state, timer, timers: number },
    commands: [...commands, { kind: "wait", timer }],
  };
}

function wantedTimer(state: WindowState): Omit<WindowTimer, "number"> | null {
  const { rules, lanes, rest, end, look } = state;
  if (end !== null) return null;
  if (rest !== null) {
    return rest.kind === "until-due" ? { kind: "next-due", ms: rest.ms } : null;
  }
  if (look !== null) return null;
  if (lanes.size === 0) {
    return isCancelled(state)
      ? { kind: "cancel-arrival", ms: rules.cancelArrivalLimitMs }
      : null;
  }
  if (state.probesLeft > 0) return { kind: "canary", ms: rules.canaryLimitMs };
  return mayPutOff(state)
    ? { kind: "patience", ms: rules.continueAsNewPatienceMs }
    : null;
}
