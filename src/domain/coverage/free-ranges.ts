/** A half-open range in milliseconds since the epoch. A null start reaches back without end. */
export interface OpenEndedRange {
  readonly startMs: number | null;
  readonly endMs: number;
}

/** The parts of a range that none of the taken ranges covers, ascending. */
export function freeRanges(
  range: OpenEndedRange,
  taken: readonly OpenEndedRange[],
): readonly OpenEndedRange[] {
  const ascending = [...taken].sort((a, b) => startOf(a) - startOf(b));
  const free: OpenEndedRange[] = [];
  let fromMs = startOf(range);
  for (const other of ascending) {
    if (startOf(other) > fromMs) {
      free.push(rangeOf(fromMs, Math.min(startOf(other), range.endMs)));
    }
    fromMs = Math.max(fromMs, other.endMs);
    if (fromMs >= range.endMs) return free;
  }
  return [...free, rangeOf(fromMs, range.endMs)];
}

function startOf(range: OpenEndedRange): number {
  return range.startMs ?? -Infinity;
}

function rangeOf(startMs: number, endMs: number): OpenEndedRange {
  return { startMs: startMs === -Infinity ? null : startMs, endMs };
}
