import { floorToInterval, isBoundary, nextBoundary } from "../time/boundary.js";
import type { IntervalSpec } from "../time/interval.js";
import type { TimeRange } from "../time/split.js";
import { freeRanges, type OpenEndedRange } from "./free-ranges.js";

/**
 * The whole intervals of a range that share no time with what is taken, as ascending ranges. What is taken need not lie
 * on boundaries of the interval: it may come of another definition.
 */
export function trimmed(
  range: OpenEndedRange,
  taken: readonly OpenEndedRange[],
  spec: IntervalSpec,
): readonly OpenEndedRange[] {
  return freeRanges(range, taken)
    .map(({ startMs, endMs }) => ({
      startMs: startMs === null ? null : ceilToInterval(spec, startMs),
      endMs: floorToInterval(spec, endMs),
    }))
    .filter(({ startMs, endMs }) => startMs === null || startMs < endMs);
}

function ceilToInterval(spec: IntervalSpec, instantMs: number): number {
  return isBoundary(spec, instantMs)
    ? instantMs
    : nextBoundary(spec, instantMs);
}

/** What two lists of ascending ranges have in common. */
export function common(
  parts: readonly TimeRange[],
  within: readonly OpenEndedRange[],
): readonly TimeRange[] {
  return parts.flatMap((part) =>
    within
      .map(({ startMs, endMs }) => ({
        startMs: Math.max(part.startMs, startMs ?? part.startMs),
        endMs: Math.min(part.endMs, endMs),
      }))
      .filter(({ startMs, endMs }) => startMs < endMs),
  );
}
