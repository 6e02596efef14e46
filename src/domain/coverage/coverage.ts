import { floorToInterval, isBoundary, nextBoundary } from "../time/boundary.js";
import type { IntervalSpec } from "../time/interval.js";
import { countIntervals, type TimeRange } from "../time/split.js";
import type { CoverageState } from "./coverage-state.js";

/**
 * What the ledger says of a stretch of time. The earlier in this list, the more it counts: an attempt that failed never
 * hides what an earlier one wrote, and `empty` (no data, when it was planned) gives way to what was written.
 */
const claimKinds = [
  "covered",
  "stale",
  "empty",
  "open",
  "failed",
  "stale-empty",
] as const;

export type ClaimKind = (typeof claimKinds)[number];

/** A claim of one backfill, or of live runs (null), over a stretch of time. */
export interface CoverageClaim extends TimeRange {
  readonly kind: ClaimKind;
  readonly backfill: string | null;
}

/** Consecutive intervals of one state. */
export interface CoverageRange extends TimeRange {
  readonly state: CoverageState;
  /** Why nothing had to be written; null otherwise. */
  readonly reason: "no data" | null;
  readonly intervals: number;
  /** The one backfill that it is due to; null where there is none, or more than one. */
  readonly backfill: string | null;
}

/**
 * The state of every interval of a range, consecutive ones of a state as one. Claims may be in any order, overlap, and
 * be cut in another way than now: an interval is covered or stale only where all of it is. Holds no single interval.
 */
export function coverageOf(
  spec: IntervalSpec,
  range: TimeRange,
  claims: readonly CoverageClaim[],
): readonly CoverageRange[] {
  const merged: Stretch[] = [];
  for (const stretch of alignedTo(spec, stretchesOf(range, claims))) {
    const last = merged.at(-1);
    if (last !== undefined && isAlike(last, stretch)) {
      last.endMs = stretch.endMs;
      if (last.backfill !== stretch.backfill) last.backfill = null;
    } else {
      merged.push({ ...stretch });
    }
  }
  return merged.map((stretch) => ({
    startMs: stretch.startMs,
    endMs: stretch.endMs,
    state: stretch.state,
    reason: stretch.reason,
    intervals: countIntervals(spec, stretch),
    backfill: stretch.backfill,
  }));
}

/** How many intervals stand in each state. */
export function countByState(
  ranges: readonly CoverageRange[],
): Readonly<Record<CoverageState, number>> {
  const counts = { covered: 0, stale: 0, open: 0, failed: 0, missing: 0 };
  for (const { state, intervals } of ranges) counts[state] += intervals;
  return counts;
}

interface Stretch {
  startMs: number;
  endMs: number;
  state: CoverageState;
  reason: "no data" | null;
  backfill: string | null;
}

function isAlike(a: Stretch, b: Stretch): boolean {
  return a.state === b.state && a.reason === b.reason;
}

const meaning = {
  covered: { state: "covered", reason: null },
  stale: { state: "stale", reason: null },
  empty: { state: "covered", reason: "no data" },
  open: { state: "open", reason: null },
  failed: { state: "failed", reason: null },
  "stale-empty": { state: "stale", reason: "no data" },
} as const satisfies Record<ClaimKind, Pick<Stretch, "state" | "reason">>;

/** Tiles a range with what counts most at each point of it. */
function* stretchesOf(
  range: TimeRange,
  claims: readonly CoverageClaim[],
): Generator<Stretch> {
  const inside = claims
    .map((claim) => clipped(claim, range))
    .filter(({ startMs, endMs }) => startMs < endMs);
  const edges = inside
    .flatMap((claim) => [
      { atMs: claim.startMs, claim, begins: true },
      { atMs: claim.endMs, claim, begins: false },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  const active = new ActiveClaims();
  let fromMs = range.startMs;
  for (const { atMs, claim, begins } of edges) {
    if (atMs > fromMs) yield { startMs: fromMs, endMs: atMs, ...active.top() };
    fromMs = Math.max(fromMs, atMs);
    active.change(claim, begins);
  }
  if (fromMs < range.endMs) {
    yield { startMs: fromMs, endMs: range.endMs, ...active.top() };
  }
}

function clipped(claim: CoverageClaim, range: TimeRange): CoverageClaim {
  return {
    ...claim,
    startMs: Math.max(claim.startMs, range.startMs),
    endMs: Math.min(claim.endMs, range.endMs),
  };
}

/** The claims that hold at one point of time. */
class ActiveClaims {
  readonly #byKind = claimKinds.map((kind) => ({
    kind,
    claims: new Set<CoverageClaim>(),
  }));

  change(claim: CoverageClaim, begins: boolean): void {
    const held = this.#byKind[claimKinds.indexOf(claim.kind)]?.claims;
    if (begins) held?.add(claim);
    else held?.delete(claim);
  }

  top(): Pick<Stretch, "state" | "reason" | "backfill"> {
    const first = this.#byKind.find(({ claims }) => claims.size > 0);
    if (first === undefined) {
      return { state: "missing", reason: null, backfill: null };
    }
    const backfills = new Set([...first.claims].map((claim) => claim.backfill));
    const [only] = backfills;
    return {
      ...meaning[first.kind],
      backfill: backfills.size === 1 ? (only ?? null) : null,
    };
  }
}

/** Moves the ends of stretches to boundaries. An interval that several stretches share is judged by all of them. */
function* alignedTo(
  spec: IntervalSpec,
  stretches: Iterable<Stretch>,
): Generator<Stretch> {
  let shared: Stretch[] = [];
  for (const stretch of stretches) {
    if (shared.length === 0 && isAligned(spec, stretch)) {
      yield stretch;
      continue;
    }
    for (const part of partsOf(spec, stretch)) {
      if (isAligned(spec, part)) {
        yield part;
        continue;
      }
      shared.push(part);
      if (!isBoundary(spec, part.endMs)) continue;
      yield judged(shared);
      shared = [];
    }
  }
}

function isAligned(spec: IntervalSpec, { startMs, endMs }: TimeRange): boolean {
  return isBoundary(spec, startMs) && isBoundary(spec, endMs);
}

/** A stretch as its part of the interval it begins in, the whole intervals, and its part of the one it ends in. */
function* partsOf(spec: IntervalSpec, stretch: Stretch): Generator<Stretch> {
  const { startMs, endMs } = stretch;
  const firstMs = isBoundary(spec, startMs)
    ? startMs
    : Math.min(nextBoundary(spec, startMs), endMs);
  const lastMs = Math.max(floorToInterval(spec, endMs), firstMs);
  if (startMs < firstMs) yield { ...stretch, endMs: firstMs };
  if (firstMs < lastMs) yield { ...stretch, startMs: firstMs, endMs: lastMs };
  if (lastMs < endMs) yield { ...stretch, startMs: lastMs };
}

function judged(parts: readonly Stretch[]): Stretch {
  const states = parts.map(({ state }) => state);
  const state = stateOfParts(states);
  const deciding = parts.filter((part) => part.state === state);
  const backfills = new Set(deciding.map(({ backfill }) => backfill));
  const [only] = backfills;
  return {
    startMs: parts[0]?.startMs ?? 0,
    endMs: parts.at(-1)?.endMs ?? 0,
    state,
    reason: deciding.every(({ reason }) => reason !== null) ? "no data" : null,
    backfill: backfills.size === 1 ? (only ?? null) : null,
  };
}

function stateOfParts(states: readonly CoverageState[]): CoverageState {
  if (states.every((state) => state === "covered")) return "covered";
  if (states.every((state) => state === "covered" || state === "stale")) {
    return "stale";
  }
  if (states.includes("open")) return "open";
  return states.includes("failed") ? "failed" : "missing";
}
