import { useState } from "preact/hooks";
import type { CoverageCalendarObject } from "../../contract/objects/coverage.js";
import { Alert } from "../backfills/status.js";
import { CellGrid } from "../calendar/cell-grid.js";
import { countedText, countText } from "../page/figures.js";
import { Legend } from "../page/legend.js";
import { usePolled } from "../page/polled.js";
import { exportPath } from "../page/request.js";
import { linkTo } from "../page/route.js";
import { Time } from "../page/time.js";
import { coverageGridCells, statesByUrgency } from "./coverage-grid.js";
import { CoverageList } from "./coverage-list.js";
import { FillGaps } from "./fill-gaps.js";

const LOOK_MS = 10_000;

interface OfExport {
  readonly team: number;
  readonly name: string;
}

/** Which time of an export is covered, all of it or the part that was zoomed to, and the backfill that fills the gaps. */
export function CoveragePage(
  props: OfExport & {
    readonly start: string | null;
    readonly end: string | null;
  },
) {
  const { team, name, start, end } = props;
  const [isFilling, setIsFilling] = useState(false);
  const query = new URLSearchParams({
    ...(start === null ? {} : { start }),
    ...(end === null ? {} : { end }),
  });
  const { value, error } = usePolled<CoverageCalendarObject>(
    `${exportPath(team, name)}coverage/calendar/?${query.toString()}`,
    LOOK_MS,
  );
  const gaps =
    value === null ? 0 : value.intervals.missing + value.intervals.failed;
  return (
    <>
      <div class="title">
        <h1>Coverage</h1>
        {value !== null && value.start !== null && (
          <small>
            <Time at={value.start} /> to <Time at={value.end} />
          </small>
        )}
        {start !== null && (
          <a href={linkTo(team, name, "coverage")}>Show all time</a>
        )}
        {gaps > 0 && (
          <button
            class="primary"
            onClick={() => {
              setIsFilling(true);
            }}
          >
            {`Fill the ${countedText(gaps, "gap")}`}
          </button>
        )}
      </div>
      <Alert text={error} />
      {isFilling && value !== null && (
        <FillGaps
          team={team}
          name={name}
          of={value}
          onClose={() => {
            setIsFilling(false);
          }}
        />
      )}
      {value !== null && <Coverage team={team} name={name} of={value} />}
    </>
  );
}

function Coverage(props: OfExport & { readonly of: CoverageCalendarObject }) {
  const { team, name, of } = props;
  const perCell = of.intervals_per_cell;
  const zoom = (index: number) => {
    const cell = of.cells[index];
    if (cell === undefined) return;
    location.hash = linkTo(team, name, "coverage", cell.start, cell.end);
  };
  return (
    <>
      <p class="quiet">
        {`${countedText(of.intervals.total, "interval")}${perCell > 1 ? `, ${countText(perCell)} a cell` : ""}`}
      </p>
      <CellGrid
        label="Intervals"
        cells={coverageGridCells(of.cells)}
        empty="Nothing has been exported yet, and nothing asked for."
        onChoose={zoom}
      />
      <Legend
        counts={statesByUrgency.map(
          (state) => [state, of.intervals[state]] as const,
        )}
      />
      <CoverageList team={team} name={name} of={of} />
    </>
  );
}
