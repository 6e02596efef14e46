import { boundaryAt, boundaryIndex, fixedLengthMs } from "./boundary.js";
import type { IntervalSpec } from "./interval.js";

/** No backfill has more runs. */
export const MAX_RUNS = 5_000_000;

/** A stretch of time, half-open: `[startMs, endMs)`. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Every boundary from the range's start to its end, both included, oldest first. Lazy: memory does not grow with the
 * range. Both ends must be boundaries.
 */
export function* boundaries(
  spec: IntervalSpec,
  range: TimeRange,
): Generator<number, void, undefined> {
  if (range.startMs > range.endMs) return;
  let lastMs = range.startMs;
  yield lastMs;
  for (let index = boundaryIndex(spec, range.startMs) + 1; ; index += 1) {
    const boundaryMs = boundaryAt(spec, index);
    if (boundaryMs > range.endMs) return;
    // A local day that the clock skips begins when the next one does: it is no interval.
    if (boundaryMs > lastMs) yield boundaryMs;
    lastMs = boundaryMs;
  }
}

/** The data intervals that tile a range, oldest first. Lazy, like `boundaries`. */
export function* intervalsOf(
  spec: IntervalSpec,
  range: TimeRange,
): Generator<TimeRange, void, undefined> {
  let startMs: number | null = null;
  for (const endMs of boundaries(spec, range)) {
    if (startMs !== null) yield { startMs, endMs };
    startMs = endMs;
  }
}

/** How many data intervals tile a range. At once for minutes and hours; by walking otherwise (0.2 s for a century of days). */
export function countIntervals(spec: IntervalSpec, range: TimeRange): number {
  if (range.startMs >= range.endMs) return 0;
  const lengthMs = fixedLengthMs(spec);
  if (lengthMs !== null) {
    return Math.floor((range.endMs - range.startMs) / lengthMs);
  }
  let count = -1;
  for (const boundaryMs of boundaries(spec, range)) {
    if (boundaryMs <= range.endMs) count += 1;
  }
  return count;
}
