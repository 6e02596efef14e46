import type { CalendarCellObject } from "../contract/run-calendar.js";
import type { RunStatus } from "../domain/status.js";

/** Pixels from one cell to the next; the cell itself is two less. */
export const PITCH = 14;

/** Cells in a row of a grid of this width, at least one. */
export function columnsIn(width: number): number {
  return Math.max(1, Math.floor(width / PITCH));
}

/** The cell under a point of the grid, or null beside and below all cells. */
export function cellAt(
  point: { readonly x: number; readonly y: number },
  grid: { readonly columns: number; readonly cells: number },
): number | null {
  const column = Math.floor(point.x / PITCH);
  if (column < 0 || column >= grid.columns || point.y < 0) return null;
  const cell = Math.floor(point.y / PITCH) * grid.columns + column;
  return cell < grid.cells ? cell : null;
}

/** The status that a cell shows: the one that most needs a look. */
export function shownStatus({ runs }: CalendarCellObject): RunStatus {
  return byUrgency.find((status) => (runs[status] ?? 0) > 0) ?? "Starting";
}

/** `5 Completed, 1 Failed`. */
export function cellText({ runs }: CalendarCellObject): string {
  return Object.entries(runs)
    .map(([status, count]) => `${String(count)} ${status}`)
    .join(", ");
}

const byUrgency: readonly RunStatus[] = [
  ...(["Failed", "TimedOut", "Terminated", "FailedRetryable"] as const),
  ...(["Running", "Cancelled", "Starting", "Completed"] as const),
];
