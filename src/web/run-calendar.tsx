import { useEffect, useRef, useState } from "preact/hooks";
import type { RunCalendarObject } from "../contract/run-calendar.js";
import {
  PITCH,
  cellAt,
  cellText,
  columnsIn,
  shownStatus,
} from "./calendar-grid.js";
import { countText, utcText } from "./figures.js";
import { usePolled } from "./polled.js";
import { Alert } from "./status.js";

const CELLS = 1_000;

interface Zoom {
  readonly from: number;
  readonly to: number;
}

/**
 * All runs of a backfill, a cell each, or some in a cell where there are more than a thousand: choosing such a cell shows
 * its runs, choosing a run tells its story.
 */
export function RunCalendar(props: {
  readonly path: string;
  readonly isOpen: boolean;
  readonly onRun: (ordinal: number) => void;
}) {
  const { path, isOpen, onRun } = props;
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const range =
    zoom === null ? "" : `&from=${String(zoom.from)}&to=${String(zoom.to)}`;
  const { value, error } = usePolled<RunCalendarObject>(
    `${path}calendar/?cells=${String(CELLS)}${range}`,
    isOpen ? 2_000 : 60_000,
  );
  const choose = (cell: number) => {
    if (value === null) return;
    const from = value.from + cell * value.runs_per_cell;
    if (value.runs_per_cell === 1) onRun(from);
    else setZoom({ from, to: Math.min(from + value.runs_per_cell, value.to) });
  };
  return (
    <section aria-labelledby="calendar">
      <div class="title">
        <h2 id="calendar">Runs</h2>
        {value !== null && <small>{densityText(value)}</small>}
        {zoom !== null && (
          <button
            onClick={() => {
              setZoom(null);
            }}
          >
            Show all runs
          </button>
        )}
      </div>
      <Alert text={error} />
      {value !== null && <Grid calendar={value} onChoose={choose} />}
    </section>
  );
}

function densityText({ from, to, runs_per_cell }: RunCalendarObject): string {
  const range = `runs ${countText(from)} to ${countText(Math.max(from, to - 1))}`;
  return runs_per_cell === 1
    ? range
    : `${range}, ${countText(runs_per_cell)} a cell`;
}

function Grid(props: {
  readonly calendar: RunCalendarObject;
  readonly onChoose: (cell: number) => void;
}) {
  const { calendar, onChoose } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [at, setAt] = useState(0);
  const columns = columnsIn(width);
  const { cells } = calendar;
  useEffect(() => {
    const element = canvas.current?.parentElement;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    if (canvas.current !== null && width > 0)
      draw(canvas.current, { calendar, columns, at, width });
  });
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1 },
    ...{ ArrowUp: -columns, ArrowDown: columns },
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(cells.length - 1, at + step)));
    } else if (event.key === "Enter") onChoose(at);
  };
  const pointed = (event: MouseEvent) =>
    cellAt(
      { x: event.offsetX, y: event.offsetY },
      { columns, cells: cells.length },
    );
  const shown = cells[at];
  const text =
    shown === undefined
      ? "No runs are planned yet."
      : `${utcText(shown.start)} UTC: ${cellText(shown)}; ${countText(shown.records)} records`;
  return (
    <div>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="Runs: arrow keys move, Enter opens"
        onKeyDown={press}
        onMouseMove={(event) => {
          setAt(pointed(event) ?? at);
        }}
        onClick={(event) => {
          const cell = pointed(event);
          if (cell !== null) onChoose(cell);
        }}
      />
      <p class="caption" aria-live="polite">
        {text}
      </p>
    </div>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  of: {
    readonly calendar: RunCalendarObject;
    readonly columns: number;
    readonly at: number;
    readonly width: number;
  },
): void {
  const { columns, at, width } = of;
  const { cells } = of.calendar;
  const height = Math.max(1, Math.ceil(cells.length / columns)) * PITCH;
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${String(height)}px`;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  cells.forEach((cell, index) => {
    const x = (index % columns) * PITCH;
    const y = Math.floor(index / columns) * PITCH;
    context.fillStyle = style.getPropertyValue(`--${shownStatus(cell)}`);
    context.fillRect(x + 1, y + 1, PITCH - 2, PITCH - 2);
    if (index !== at) return;
    context.strokeStyle = style.color;
    context.strokeRect(x + 0.5, y + 0.5, PITCH - 1, PITCH - 1);
  });
}
