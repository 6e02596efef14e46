import type {
  BackfillObject,
  CoverageObject,
} from "../../contract/backfill.js";
import { coverageStates } from "../../domain/coverage/coverage.js";
import { formatCount, formatShare } from "../terminal/figures.js";
import { renderTable } from "../terminal/table.js";

/** A coverage for people: one line in all, then a line for each stretch of time. */
export function coverageText(of: CoverageObject): string {
  if (of.start === null) {
    return "Nothing has been exported or planned yet. Give a --start to see what is missing from there on.\n";
  }
  const table = renderTable(
    [
      { title: "START" },
      { title: "END" },
      { title: "STATE" },
      { title: "INTERVALS", align: "right" },
      { title: "BACKFILL" },
      { title: "REMARK" },
    ],
    of.ranges.map((range) => [
      range.start,
      range.end,
      range.state,
      formatCount(range.intervals),
      range.backfill ?? "-",
      range.reason ?? "",
    ]),
  );
  return `${summary(of)}\n${of.ranges.length === 0 ? "" : `\n${table}`}`;
}

/** What was started to close the gaps. */
export function startedText(backfills: readonly BackfillObject[]): string {
  if (backfills.length === 0) return "\nThere is no gap to close.\n";
  return backfills
    .map(
      ({ id }) =>
        `\nStarted ${id}. Watch it with:\n  refill backfill watch ${id}\n`,
    )
    .join("");
}

/** `180 of 184 intervals covered (97.8%), 3 failed, 1 missing`. */
function summary({ intervals }: CoverageObject): string {
  const { total, covered } = intervals;
  const share = total === 0 ? "" : ` (${formatShare(covered / total)})`;
  const others = coverageStates
    .filter((state) => state !== "covered" && intervals[state] > 0)
    .map((state) => `, ${formatCount(intervals[state])} ${state}`);
  return `${formatCount(covered)} of ${formatCount(total)} intervals covered${share}${others.join("")}`;
}
