import { fixedLengthMs } from "../time/boundary.js";
import type { IntervalSpec } from "../time/interval.js";
import { boundaries, type TimeRange } from "../time/split.js";
import type { CoverageRange } from "./coverage.js";
import type { CoverageState } from "./coverage-state.js";

/** Consecutive intervals of an export, and how many of them stand in which state. */
export interface CoverageCell extends TimeRange {
  readonly intervals: Readonly<Partial<Record<CoverageState, number>>>;
}

/** Cuts a coverage, whose ranges tile a stretch of time, into cells of as many intervals each; the last may have fewer. */
export function coverageCells(
  spec: IntervalSpec,
  ranges: readonly CoverageRange[],
  intervalsPerCell: number,
): readonly CoverageCell[] {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return [];
  const whole = { startMs: first.startMs, endMs: last.endMs };
  const counts = countsPerCell(ranges, intervalsPerCell);
  const edges = [...edgesOf(spec, whole, intervalsPerCell)];
  return counts.map((intervals, index) => ({
    startMs: edges[index] ?? whole.startMs,
    endMs: edges[index + 1] ?? whole.endMs,
    intervals,
  }));
}

function countsPerCell(
  ranges: readonly CoverageRange[],
  intervalsPerCell: number,
): readonly CoverageCell["intervals"][] {
  const cells: Partial<Record<CoverageState, number>>[] = [];
  let room = 0;
  for (const { state, intervals } of ranges) {
    for (let left = intervals; left > 0;) {
      if (room === 0) {
        cells.push({});
        room = intervalsPerCell;
      }
      const taken = Math.min(left, room);
      const cell = cells.at(-1);
      if (cell !== undefined) cell[state] = (cell[state] ?? 0) + taken;
      left -= taken;
      room -= taken;
    }
  }
  return cells;
}

/** Where each cell begins. By walking only where intervals differ in length. */
function* edgesOf(
  spec: IntervalSpec,
  whole: TimeRange,
  intervalsPerCell: number,
): Generator<number> {
  const lengthMs = fixedLengthMs(spec);
  if (lengthMs !== null) {
    const cellMs = lengthMs * intervalsPerCell;
    for (let at = whole.startMs; at < whole.endMs; at += cellMs) yield at;
    return;
  }
  let index = 0;
  for (const at of boundaries(spec, whole)) {
    if (index % intervalsPerCell === 0) yield at;
    index += 1;
  }
}
