import type { CalendarCellObject } from "../../contract/objects/run-calendar.js";
import { type RunStatus, runStatuses } from "../../domain/backfills/status.js";
import type { Band, GridCell } from "../calendar/calendar-grid.js";
import { countedText, countText, utcText } from "../page/figures.js";
import { ranked } from "../page/ranked.js";

/** What the colours of a calendar's cells tell. */
export type ColourBy = "status" | "records";

/** Shades from few records to many, `records1` to `records5`; `records0`: exported, and found empty. */
export const RECORD_SHADES = 5;

const byUrgency = ranked(runStatuses, {
  Failed: 0,
  TimedOut: 1,
  Terminated: 2,
  FailedRetryable: 3,
  Running: 4,
  Cancelled: 5,
  Starting: 6,
  Completed: 7,
});

/** The cells of a run calendar, coloured by one or the other. */
export function runCells(
  cells: readonly CalendarCellObject[],
  colourBy: ColourBy,
): readonly GridCell[] {
  const most = mostRecords(cells);
  return cells.map((cell) => ({
    startMs: Date.parse(cell.start),
    bands: colourBy === "status" ? statusBands(cell) : recordBands(cell, most),
    text: `${utcText(cell.start)} UTC: ${countsText(cell)}; ${countedText(cell.records, "record")}`,
  }));
}

/** The most records that one cell holds. */
export function mostRecords(cells: readonly CalendarCellObject[]): number {
  return cells.reduce(
    (most, { records }) => Math.max(most, Number(records)),
    0,
  );
}

/** How many runs have which status, in all cells, the ones that most need a look first. */
export function countStatuses(
  cells: readonly CalendarCellObject[],
): readonly (readonly [RunStatus, number])[] {
  return byUrgency
    .map((status) => {
      const counts = cells.map(({ runs }) => runs[status] ?? 0);
      return [status, counts.reduce((sum, one) => sum + one, 0)] as const;
    })
    .filter(([, count]) => count > 0);
}

/** A band for each status of the cell's runs, what most needs a look first. */
function statusBands({ runs }: CalendarCellObject): readonly Band[] {
  const total = totalOf(runs);
  return byUrgency.flatMap((status) => {
    const count = runs[status] ?? 0;
    return count === 0 ? [] : [{ paint: status, share: count / total }];
  });
}

/** The completed part in the shade of the cell's records, the rest as not yet exported. */
function recordBands(
  { runs, records }: CalendarCellObject,
  most: number,
): readonly Band[] {
  const share = (runs.Completed ?? 0) / totalOf(runs);
  const shade = `records${String(shadeOf(Number(records), most))}`;
  return [
    ...(share > 0 ? [{ paint: shade, share }] : []),
    ...(share < 1 ? [{ paint: "Starting", share: 1 - share }] : []),
  ];
}

/**
 * 0 for none; else 1 to 5 by the square root, so that one large cell leaves differences between the small ones.
 * @internal for tests
 */
export function shadeOf(records: number, most: number): number {
  if (records <= 0) return 0;
  const share = Math.sqrt(records / most);
  return Math.min(RECORD_SHADES, 1 + Math.floor(share * RECORD_SHADES));
}

function totalOf(runs: CalendarCellObject["runs"]): number {
  return Object.values(runs).reduce((sum, count) => sum + count, 0);
}

/** `5 Completed, 1 Failed`. */
function countsText({ runs }: CalendarCellObject): string {
  return Object.entries(runs)
    .map(([status, count]) => `${countText(count)} ${status}`)
    .join(", ");
}
