import { useState } from "preact/hooks";
import type { RunCalendarObject } from "../../contract/objects/run-calendar.js";
import { Alert } from "../backfills/status.js";
import { CellGrid } from "../calendar/cell-grid.js";
import { countedText, countText } from "../page/figures.js";
import { Legend, ShadeLegend } from "../page/legend.js";
import { usePolled } from "../page/polled.js";
import {
  type ColourBy,
  countStatuses,
  mostRecords,
  runCells,
} from "./run-cells.js";

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
  const [zooms, setZooms] = useState<readonly Zoom[]>([]);
  const [colourBy, setColourBy] = useState<ColourBy>("status");
  const zoom = zooms.at(-1);
  const range =
    zoom === undefined
      ? ""
      : `&from=${String(zoom.from)}&to=${String(zoom.to)}`;
  const { value, error } = usePolled<RunCalendarObject>(
    `${path}calendar/?cells=${String(CELLS)}${range}`,
    isOpen ? 2_000 : 60_000,
  );
  const choose = (cell: number) => {
    if (value === null) return;
    const from = value.from + cell * value.runs_per_cell;
    const to = Math.min(from + value.runs_per_cell, value.to);
    if (value.runs_per_cell === 1) onRun(from);
    else setZooms([...zooms, { from, to }]);
  };
  return (
    <section aria-labelledby="calendar">
      <div class="title">
        <h2 id="calendar">Runs</h2>
        {value !== null && <small>{densityText(value)}</small>}
        {zoom !== undefined && (
          <button
            onClick={() => {
              setZooms(zooms.slice(0, -1));
            }}
          >
            Zoom out
          </button>
        )}
        <ColourSwitch value={colourBy} onChange={setColourBy} />
      </div>
      <Alert text={error} />
      {value !== null && (
        <>
          <CellGrid
            label="Runs"
            cells={runCells(value.cells, colourBy)}
            empty="No runs are planned yet."
            onChoose={choose}
          />
          <RunLegend of={value} colourBy={colourBy} />
        </>
      )}
    </section>
  );
}

function ColourSwitch(props: {
  readonly value: ColourBy;
  readonly onChange: (value: ColourBy) => void;
}) {
  const choices = [
    ["status", "Status"],
    ["records", "Records"],
  ] as const;
  return (
    <fieldset class="switch">
      <legend>Colours</legend>
      {choices.map(([value, name]) => (
        <label key={value}>
          <input
            type="radio"
            name="colours"
            checked={props.value === value}
            onChange={() => {
              props.onChange(value);
            }}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

function RunLegend(props: {
  readonly of: RunCalendarObject;
  readonly colourBy: ColourBy;
}) {
  const { of, colourBy } = props;
  if (of.cells.length === 0) return null;
  return colourBy === "status" ? (
    <Legend counts={countStatuses(of.cells)} />
  ) : (
    <ShadeLegend
      most={countedText(mostRecords(of.cells), "record")}
      isPerRun={of.runs_per_cell === 1}
    />
  );
}

function densityText({ from, to, runs_per_cell }: RunCalendarObject): string {
  const range = `runs ${countText(from)} to ${countText(Math.max(from, to - 1))}`;
  return runs_per_cell === 1
    ? range
    : `${range}, ${countText(runs_per_cell)} a cell`;
}
