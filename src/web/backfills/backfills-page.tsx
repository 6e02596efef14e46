import { useState } from "preact/hooks";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import type { PageOf } from "../../contract/objects/page.js";
import { runStatuses } from "../../domain/backfills/status.js";
import { countText, durationText, shortText } from "../page/figures.js";
import { PageButtons, usePages } from "../page/pages.js";
import { usePolled } from "../page/polled.js";
import { ranked } from "../page/ranked.js";
import { exportPath } from "../page/request.js";
import { linkTo } from "../page/route.js";
import { Time } from "../page/time.js";
import { StartForm } from "./start-form.js";
import { Alert, ProgressBar, Status } from "./status.js";

interface OfExport {
  readonly team: number;
  readonly name: string;
}

const LOOK_MS = 2_000;
const LOOK_WHEN_CLOSED_MS = 3_600_000;

/** Every status that lasts: a backfill continues as new within moments. Open ones first, then the usual ends. */
const statuses = ranked(runStatuses, {
  Starting: 0,
  Running: 1,
  Completed: 2,
  Failed: 3,
  FailedRetryable: 4,
  Cancelled: 5,
  Terminated: 6,
  TimedOut: 7,
});

/** The backfills of an export, newest first, and the form that starts one. */
export function BackfillsPage({ team, name }: OfExport) {
  const [status, setStatus] = useState("");
  const [isStarting, setIsStarting] = useState(false);
  const pages = usePages();
  const base = exportPath(team, name);
  const { value, error } = usePolled<PageOf<BackfillObject>>(
    `${base}backfills/?${queryOf(status, pages.cursor)}`,
    LOOK_MS,
  );
  return (
    <>
      <div class="title">
        <h1>Backfills</h1>
        <label class="inline">
          Status
          <select
            value={status}
            onChange={(event) => {
              setStatus(event.currentTarget.value);
              pages.first();
            }}
          >
            <option value="">All</option>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button
          class="primary"
          aria-expanded={isStarting}
          onClick={() => {
            setIsStarting(!isStarting);
          }}
        >
          Start a backfill
        </button>
      </div>
      {isStarting && <StartForm team={team} name={name} />}
      <Alert text={error} />
      {value?.results.length === 0 && <p class="quiet">No backfills.</p>}
      {value !== null && value.results.length > 0 && (
        <Table team={team} name={name} backfills={value.results} />
      )}
      <PageButtons
        label="Pages of backfills"
        names={{ back: "Newer", on: "Older" }}
        next={value?.next ?? null}
        pages={pages}
      />
    </>
  );
}

function queryOf(status: string, cursor: string | undefined): string {
  return new URLSearchParams({
    ...(status === "" ? {} : { status }),
    ...(cursor === undefined ? {} : { cursor }),
  }).toString();
}

function Table(
  props: OfExport & { readonly backfills: readonly BackfillObject[] },
) {
  const { team, name, backfills } = props;
  const heads = [
    "Range",
    "Status",
    "Runs",
    "Records",
    "Rate",
    "Left",
    "Failures",
    "Created",
  ];
  return (
    <div class="scroll" role="region" aria-label="Backfills" tabIndex={0}>
      <table class="backfills">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {backfills.map((backfill) => (
            <Row
              key={backfill.id}
              team={team}
              name={name}
              backfill={backfill}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: OfExport & { readonly backfill: BackfillObject }) {
  const { team, name, backfill } = props;
  const { id, start_at, end_at, finished_at } = backfill;
  const { value } = usePolled<BackfillDescription>(
    `${exportPath(team, name)}backfills/${id}/describe/`,
    finished_at === null ? LOOK_MS : LOOK_WHEN_CLOSED_MS,
  );
  const failures = value?.failures.reduce((sum, { runs }) => sum + runs, 0);
  const isPaused = value?.paused === true && finished_at === null;
  return (
    <tr>
      <td>
        <a href={linkTo(team, name, "backfills", id)}>
          {start_at === null ? "the beginning" : <Time at={start_at} />}
          {" to "}
          {end_at === null ? "now" : <Time at={end_at} />}
        </a>
      </td>
      <td>
        <Status status={isPaused ? "Paused" : backfill.status} />
      </td>
      <td>
        <ProgressBar of={backfill.progress} />
      </td>
      <td class="figure" data-name="Records">
        {countText(value?.records_completed ?? null)}
      </td>
      <td class="figure" data-name="Rate">
        {rateText(value?.rate?.records_per_second ?? null)}
      </td>
      <td class="figure" data-name="Left">
        {durationText(value?.rate?.eta_seconds ?? null)}
      </td>
      <td class="figure" data-name="Failures">
        {countText(failures ?? null)}
      </td>
      <td>
        <Time at={backfill.created_at} />
      </td>
    </tr>
  );
}

function rateText(perSecond: number | null): string {
  return perSecond === null ? "–" : `${shortText(perSecond)}/s`;
}
