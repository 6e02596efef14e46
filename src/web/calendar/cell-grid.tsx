import { useEffect, useRef, useState } from "preact/hooks";
import { useWidth } from "../page/use-width.js";
import {
  cellAt,
  cellByKey,
  cellMsOf,
  type GridCell,
  layoutOf,
} from "./calendar-grid.js";
import { drawCells } from "./draw-cells.js";

/** A calendar: a grid of cells to move in by arrow keys or by pointing, which says in words what it points at. */
export function CellGrid(props: {
  readonly label: string;
  readonly cells: readonly GridCell[];
  /** Said where there is no cell. */
  readonly empty: string;
  readonly onChoose: (cell: number) => void;
}) {
  const { cells, onChoose } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [element, width] = useWidth<HTMLDivElement>();
  const [wanted, setAt] = useState(0);
  const at = Math.min(wanted, Math.max(0, cells.length - 1));
  const layout = layoutOf(width, cellMsOf(cells));
  const draw = () => {
    if (canvas.current !== null && width > 0)
      drawCells(canvas.current, { cells, layout, at, width });
  };
  useEffect(draw);
  useDarkModeChange(draw);
  const grid = { ...layout, cells: cells.length };
  const press = (event: KeyboardEvent) => {
    const next = cellByKey(event.key, at, grid);
    if (next !== null) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === "Enter" && cells.length > 0) onChoose(at);
  };
  const pointed = (event: MouseEvent) =>
    cellAt({ x: event.offsetX, y: event.offsetY }, grid);
  return (
    <div ref={element}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`${props.label}: arrow keys move, Enter opens`}
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
        {cells[at]?.text ?? props.empty}
      </p>
    </div>
  );
}

/** A canvas keeps its colours when the page changes them. */
function useDarkModeChange(draw: () => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const change = () => {
      latest.current();
    };
    scheme.addEventListener("change", change);
    return () => {
      scheme.removeEventListener("change", change);
    };
  }, []);
}
