import type { CoverageCellObject } from "../../contract/objects/coverage.js";
import { coverageStates } from "../../domain/coverage/coverage-state.js";
import type { GridCell } from "../calendar/calendar-grid.js";
import { countText, utcText } from "../page/figures.js";
import { ranked } from "../page/ranked.js";

/** The states of intervals, gaps first. */
export const statesByUrgency = ranked(coverageStates, {
  missing: 0,
  failed: 1,
  stale: 2,
  open: 3,
  covered: 4,
});

/** The cells of a coverage: a band for each state of its intervals, gaps first. */
export function coverageGridCells(
  cells: readonly CoverageCellObject[],
): readonly GridCell[] {
  return cells.map(({ start, end, intervals }) => {
    const counts = statesByUrgency
      .map((state) => [state, intervals[state] ?? 0] as const)
      .filter(([, count]) => count > 0);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const words = counts.map(
      ([state, count]) => `${countText(count)} ${state}`,
    );
    return {
      startMs: Date.parse(start),
      bands: counts.map(([paint, count]) => ({ paint, share: count / total })),
      text: `${utcText(start)} to ${utcText(end)} UTC: ${words.join(", ")}`,
    };
  });
}
