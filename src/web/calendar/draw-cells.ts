import {
  type Band,
  cellMsOf,
  type GridCell,
  type Layout,
  PITCH,
} from "./calendar-grid.js";

const SIDE = PITCH - 2;
const LEAST_BAND = 3;
const LINES_PER_LABEL = 2;

/** Draws all cells on a canvas, and the frame around the one that is pointed at. */
export function drawCells(
  canvas: HTMLCanvasElement,
  of: {
    readonly cells: readonly GridCell[];
    readonly layout: Layout;
    readonly at: number;
    readonly width: number;
  },
): void {
  const { cells, layout, at, width } = of;
  const { columns, gutter } = layout;
  const height = Math.max(1, Math.ceil(cells.length / columns)) * PITCH;
  const context = contextOf(canvas, width, height);
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const colourOf = remembered((paint) => style.getPropertyValue(`--${paint}`));
  cells.forEach((cell, index) => {
    const x = gutter + (index % columns) * PITCH;
    const y = Math.floor(index / columns) * PITCH;
    drawBands(context, cell.bands, { x: x + 1, y: y + 1 }, colourOf);
    if (index !== at) return;
    context.strokeStyle = style.color;
    context.strokeRect(x + 0.5, y + 0.5, PITCH - 1, PITCH - 1);
  });
  if (gutter > 0) {
    context.fillStyle = colourOf("quiet");
    context.font = `11px ${style.fontFamily}`;
    drawLabels(context, cells, columns);
  }
}

function contextOf(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${String(height)}px`;
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return context;
}

/** However small the share, a band can be seen: one failure among thousands is not drawn over. */
function drawBands(
  context: CanvasRenderingContext2D,
  bands: readonly Band[],
  { x, y }: { readonly x: number; readonly y: number },
  colourOf: (paint: string) => string,
): void {
  let left = SIDE;
  bands.forEach(({ paint, share }, index) => {
    const wanted = Math.max(LEAST_BAND, Math.round(share * SIDE));
    const height = index === bands.length - 1 ? left : Math.min(left, wanted);
    left -= height;
    if (height === 0) return;
    context.fillStyle = colourOf(paint);
    context.fillRect(x, y + left, SIDE, height);
    if (paint !== "missing") return;
    // Told from the others by more than its colour.
    context.strokeStyle = colourOf("Failed");
    context.strokeRect(x + 0.5, y + left + 0.5, SIDE - 1, height - 1);
  });
}

function drawLabels(
  context: CanvasRenderingContext2D,
  cells: readonly GridCell[],
  columns: number,
): void {
  const rows = Math.ceil(cells.length / columns);
  const rowMs = columns * cellMsOf(cells);
  for (let row = 0; row < rows; row += LINES_PER_LABEL) {
    const cell = cells[row * columns];
    if (cell === undefined) return;
    const text = labelOf(cell.startMs, rowMs);
    context.fillText(text, 0, row * PITCH + PITCH - 3);
  }
}

/** The time at which a row begins: the date, where rows are days or longer. */
function labelOf(startMs: number, rowMs: number): string {
  const iso = new Date(startMs).toISOString();
  return rowMs >= 86_400_000
    ? iso.slice(0, 10)
    : iso.slice(5, 16).replace("T", " ");
}

function remembered(of: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const found = known.get(key) ?? of(key);
    known.set(key, found);
    return found;
  };
}
