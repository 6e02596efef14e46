import { useState } from "preact/hooks";
import type {
  CoverageObject,
  CoverageRangeObject,
} from "../contract/backfill.js";
import { countText } from "./figures.js";
import { usePolled } from "./polled.js";
import { exportPath } from "./request.js";
import { linkTo } from "./route.js";
import { Fact, StartForm } from "./start-form.js";
import { Alert, Status } from "./status.js";
import { Time } from "./time.js";

const SHOWN_RANGES = 500;

/** Which time of an export is covered, and where the gaps are, with the backfill that would fill them. */
export function CoveragePage(props: {
  readonly team: number;
  readonly name: string;
}) {
  const { team, name } = props;
  const [isFilling, setIsFilling] = useState(false);
  const { value, error } = usePolled<CoverageObject>(
    `${exportPath(team, name)}coverage/`,
    5_000,
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
        {gaps > 0 && (
          <button
            class="primary"
            onClick={() => {
              setIsFilling(true);
            }}
          >
            {`Fill the ${countText(gaps)} gaps`}
          </button>
        )}
      </div>
      <Alert text={error} />
      {isFilling && value !== null && (
        <StartForm
          {...{ team, name }}
          only="missing"
          start={value.start ?? ""}
          end={value.end}
        />
      )}
      {value !== null && <Coverage {...{ team, name }} of={value} />}
    </>
  );
}

function Coverage(props: {
  readonly team: number;
  readonly name: string;
  readonly of: CoverageObject;
}) {
  const { team, name, of } = props;
  const counts = Object.entries(of.intervals) as readonly (readonly [
    string,
    number,
  ])[];
  return (
    <>
      <Strip ranges={of.ranges} />
      <dl class="facts">
        {counts.map(([state, count]) => (
          <Fact key={state} name={state} text={countText(count)} />
        ))}
      </dl>
      <ul class="plain-list">
        {of.ranges.slice(0, SHOWN_RANGES).map((range) => (
          <li key={range.start}>
            <Status status={range.state} /> <Time at={range.start} /> to{" "}
            <Time at={range.end} />
            {`, ${countText(range.intervals)} intervals`}
            {range.reason !== null && `, ${range.reason}`}
            {range.backfill !== null && (
              <>
                {", "}
                <a href={linkTo(team, name, "backfills", range.backfill)}>
                  its backfill
                </a>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** All time as one strip: each range as wide as it has intervals. The list below says the same in words. */
function Strip({
  ranges,
}: {
  readonly ranges: readonly CoverageRangeObject[];
}) {
  return (
    <div class="strip" aria-hidden="true">
      {ranges.map((range) => (
        <span
          key={range.start}
          class={range.state}
          style={{ flexGrow: String(range.intervals) }}
          title={`${range.start} to ${range.end}: ${range.state}`}
        />
      ))}
    </div>
  );
}
