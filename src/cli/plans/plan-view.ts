import type {
  ConflictObject,
  PlannedRunObject,
  PlanObject,
} from "../../contract/objects/plan.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import { formatCount, formatSeconds } from "../terminal/figures.js";
import { renderDetails, renderTable } from "../terminal/table.js";

/** Runs shown at each end of the plan. */
const shownAtEachEnd = 5;

/** A plan for people: the summary, what is in the way, the first and last runs, and how to start it. */
export function planText(
  plan: PlanObject,
  hint: {
    readonly name: string;
    readonly start: string;
    readonly overlap: Overlap;
  },
): string {
  const first = plan.runs[0];
  const last = plan.runs.at(-1);
  const summary = renderDetails([
    ["Export", hint.name],
    ["Runs", formatCount(plan.total_runs)],
    ["Records", recordsText(plan)],
    ["First interval", first === undefined ? null : intervalText(first)],
    ["Last interval", last === undefined ? null : intervalText(last)],
    [
      "Adjusted start",
      plan.adjusted_start_at ?? "none: there is no data in the range",
    ],
    [
      "Estimated time",
      plan.estimated_seconds === null
        ? "not known"
        : `about ${formatSeconds(plan.estimated_seconds)}`,
    ],
    ["Digest", plan.digest],
    ...plan.conflicts.map(
      (conflict) => ["Conflict", conflictText(conflict)] as const,
    ),
    ...plan.warnings.map((warning) => ["Warning", warning] as const),
  ]);
  const table = plan.runs.length === 0 ? "" : `\n${runsTable(plan)}`;
  return `${summary}${table}\n${wayOn(plan, hint)}`;
}

/** How to go on from a plan. */
function wayOn(
  { conflicts }: PlanObject,
  { start, overlap }: { readonly start: string; readonly overlap: Overlap },
): string {
  const offer = `Start exactly this plan with:\n  ${start}\n`;
  if (conflicts.length === 0) return offer;
  switch (overlap) {
    case "refuse":
      return "It can't be started while it conflicts with an open backfill: --overlap trim takes what is free, --overlap queue waits.\n";
    case "trim":
      return `What the open backfills hold is left out. ${offer}`;
    case "queue":
      return `It waits for the open backfills to close. ${offer}`;
  }
}

function runsTable({ runs, total_runs: totalRuns }: PlanObject): string {
  const isShort = totalRuns <= 2 * shownAtEachEnd;
  const head = isShort ? runs : runs.slice(0, shownAtEachEnd);
  const tail = isShort ? [] : runs.slice(-shownAtEachEnd);
  const omitted = totalRuns - head.length - tail.length;
  return renderTable(
    [
      { title: "START" },
      { title: "END" },
      { title: "RECORDS", align: "right" },
    ],
    [
      ...head.map(runRow),
      ...(omitted > 0 ? [[`${formatCount(omitted)} more`, "", ""]] : []),
      ...tail.map(runRow),
    ],
  );
}

function runRow(run: PlannedRunObject): readonly string[] {
  const expected = run.records_expected;
  return [
    run.data_interval_start,
    run.data_interval_end,
    expected === null ? "?" : formatCount(expected),
  ];
}

function intervalText(run: PlannedRunObject): string {
  return `${run.data_interval_start} to ${run.data_interval_end}`;
}

function conflictText({
  backfill,
  status,
  start,
  end,
}: ConflictObject): string {
  return `backfill ${backfill} (${status}) covers ${start ?? "the earliest data"} to ${end}`;
}

/** A total without the records of any interval was not counted: it is marked as the estimate that it is. */
function recordsText({ total_records_count: count, runs }: PlanObject): string {
  if (count === null) return "not known";
  const isEstimate =
    runs.length > 0 && runs.every((run) => run.records_expected === null);
  return `${isEstimate ? "~" : ""}${formatCount(count)}`;
}
