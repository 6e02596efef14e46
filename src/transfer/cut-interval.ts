import type { Interval } from "./source.js";

/** Cuts an interval into so many of about the same length, in the order of time; fewer where it has fewer milliseconds. */
export function cutInterval(
  { startMs, endMs }: Interval,
  pieces: number,
): readonly Interval[] {
  const count = Math.max(1, Math.min(pieces, endMs - startMs));
  const cut = (index: number) =>
    startMs + Math.floor(((endMs - startMs) * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    startMs: cut(index),
    endMs: cut(index + 1),
  }));
}
