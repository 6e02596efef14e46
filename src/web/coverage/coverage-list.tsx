import type { CoverageRangeObject } from "../../contract/objects/coverage.js";
import type { CoverageCalendarObject } from "../../contract/objects/coverage.js";
import { Status } from "../backfills/status.js";
import { countedText, countText } from "../page/figures.js";
import { linkTo } from "../page/route.js";
import { Time } from "../page/time.js";

/** The first ranges of a coverage in words, each with the backfill that it is due to. */
export function CoverageList(props: {
  readonly team: number;
  readonly name: string;
  readonly of: CoverageCalendarObject;
}) {
  const { team, name, of } = props;
  if (of.ranges.length === 0) return null;
  return (
    <section aria-labelledby="ranges">
      <div class="title">
        <h2 id="ranges">Ranges</h2>
        {of.ranges.length < of.total_ranges && (
          <small>
            {`the first ${countText(of.ranges.length)} of ${countText(of.total_ranges)}; choose a cell above to see those of its time`}
          </small>
        )}
      </div>
      <ul class="plain-list">
        {of.ranges.map((range) => (
          <li key={range.start}>
            <Status status={range.state} /> <Time at={range.start} /> to{" "}
            <Time at={range.end} />
            {detailText(range)}
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
    </section>
  );
}

function detailText({ intervals, reason }: CoverageRangeObject): string {
  const counted = `, ${countedText(intervals, "interval")}`;
  return reason === null ? counted : `${counted}, ${reason}`;
}
