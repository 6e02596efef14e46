/** Pixels from one cell to the next; the cell itself is two less. */
export const PITCH = 14;

/**
 * Room for a time at the left of each row, where the grid is wide enough to spare it.
 * @internal for tests
 */
export const GUTTER = 84;

const ROOMY = 560;

/** A part of a cell, in the colour of the custom property of its name. */
export interface Band {
  readonly paint: string;
  /** Of the cell, 0 to 1. */
  readonly share: number;
}

/** A cell of a calendar. */
export interface GridCell {
  readonly startMs: number;
  /** From the bottom up; together they fill the cell. The last one takes what is left. */
  readonly bands: readonly Band[];
  /** What the cell says in words. */
  readonly text: string;
}

/** How the cells of a calendar are laid out. */
export interface Layout {
  /** Pixels left of the first column. */
  readonly gutter: number;
  readonly columns: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * As many columns as there is room for, at least one; of cells that are so long apart, whole hours, days or weeks in a
 * row, so that what stands below each other is the same time of them.
 */
export function layoutOf(width: number, cellMs: number): Layout {
  const gutter = width >= ROOMY ? GUTTER : 0;
  const most = Math.max(1, Math.floor((width - gutter) / PITCH));
  const period = periodOf(cellMs);
  const columns = most >= period ? Math.floor(most / period) * period : most;
  return { gutter, columns };
}

/** Cells in an hour, a day or a week, whichever is the next longer stretch that they fill evenly; else 1. */
function periodOf(cellMs: number): number {
  const next = [HOUR_MS, DAY_MS, 7 * DAY_MS].find((one) => one > cellMs) ?? 0;
  return cellMs > 0 && next % cellMs === 0 ? Math.max(1, next / cellMs) : 1;
}

/** How long the first cell is; 0 where there is none beside it. */
export function cellMsOf([first, second]: readonly GridCell[]): number {
  if (first === undefined || second === undefined) return 0;
  return Math.abs(second.startMs - first.startMs);
}

/** The cell under a point of the grid, or null beside and below all cells. */
export function cellAt(
  point: { readonly x: number; readonly y: number },
  grid: Layout & { readonly cells: number },
): number | null {
  const column = Math.floor((point.x - grid.gutter) / PITCH);
  if (column < 0 || column >= grid.columns || point.y < 0) return null;
  const cell = Math.floor(point.y / PITCH) * grid.columns + column;
  return cell < grid.cells ? cell : null;
}

/** The cell that a key leads to; null: it is not a key of the grid. */
export function cellByKey(
  key: string,
  at: number,
  grid: { readonly columns: number; readonly cells: number },
): number | null {
  const last = Math.max(0, grid.cells - 1);
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - grid.columns,
    ArrowDown: at + grid.columns,
    Home: 0,
    End: last,
  };
  const place = places[key];
  return place === undefined ? null : Math.max(0, Math.min(last, place));
}
