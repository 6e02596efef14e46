import { joined } from "../plans/selection.js";
import {
  boundaryAt,
  boundaryIndex,
  floorToInterval,
} from "../time/boundary.js";
import type { IntervalSpec } from "../time/interval.js";
import { intervalsOf, type TimeRange } from "../time/split.js";
import { type CoverageClaim, coverageOf } from "./coverage.js";
import type { CoverageState } from "./coverage-state.js";

/** What a firing asks for. Instants in milliseconds. */
export interface FiringRequest {
  readonly spec: IntervalSpec;
  /** Its nominal time: what closes later is not meant. */
  readonly firedForMs: number;
  /** Where the schedule's own coverage begins. */
  readonly liveFromMs: number;
  /** The end of the last interval that a firing took up. */
  readonly firedThroughMs: number;
  /** So many intervals before the newly closed ones are exported again. */
  readonly lookback: number;
  /** A person asked for it: the lookback is taken though nothing has newly closed. */
  readonly isTriggered: boolean;
  /** What the ledger says of the export's time. */
  readonly claims: readonly CoverageClaim[];
}

export interface DueIntervals {
  /** The end of the last interval that has closed; not after the start of the schedule where none has. */
  readonly throughMs: number;
  /**
   * Those that closed and are not covered, ascending. What an open run is about to export is among them only where it
   * has newly closed: of older ones, the run that is open sees to it.
   */
  readonly uncovered: readonly TimeRange[];
  /** Those to be exported again, ascending. None is uncovered too. */
  readonly lookback: readonly TimeRange[];
}

/** The intervals that a firing is to export. However often, and in whatever order, firings come: none is lost. */
export function dueIntervals(request: FiringRequest): DueIntervals {
  const { spec, firedForMs, liveFromMs } = request;
  const throughMs = floorToInterval(spec, firedForMs);
  const fromMs = nextOrAt(spec, liveFromMs);
  const range = { startMs: fromMs, endMs: throughMs };
  const uncovered = fromMs < throughMs ? uncoveredIn(range, request) : [];
  const taken = new Set(uncovered.map(({ startMs }) => startMs));
  return {
    throughMs,
    uncovered,
    lookback: lookbackOf(request, throughMs).filter(
      ({ startMs }) => !taken.has(startMs),
    ),
  };
}

function uncoveredIn(
  range: TimeRange,
  { spec, claims, firedThroughMs }: FiringRequest,
): readonly TimeRange[] {
  const coverage = coverageOf(spec, range, claims);
  const intervalsIn = (states: readonly CoverageState[]) =>
    joined(coverage.filter(({ state }) => states.includes(state))).flatMap(
      (part) => [...intervalsOf(spec, part)],
    );
  return [
    ...intervalsIn(["missing", "failed"]),
    ...intervalsIn(["open"]).filter(({ endMs }) => endMs > firedThroughMs),
  ].sort((a, b) => a.startMs - b.startMs);
}

/** Before the first newly closed interval; in a triggered firing without one, the last that have closed. */
function lookbackOf(
  { spec, lookback, firedThroughMs, isTriggered }: FiringRequest,
  throughMs: number,
): readonly TimeRange[] {
  const isNew = throughMs > firedThroughMs;
  if (lookback === 0 || (!isNew && !isTriggered)) return [];
  const endMs = isNew ? floorToInterval(spec, firedThroughMs) : throughMs;
  const startMs = boundaryAt(spec, boundaryIndex(spec, endMs) - lookback);
  return [...intervalsOf(spec, { startMs, endMs })];
}

/** Once the definition cuts time in another way, the beginning may be no boundary any more. */
function nextOrAt(spec: IntervalSpec, instantMs: number): number {
  const floorMs = floorToInterval(spec, instantMs);
  return floorMs === instantMs
    ? instantMs
    : boundaryAt(spec, boundaryIndex(spec, instantMs) + 1);
}
