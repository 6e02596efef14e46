import { useState } from "preact/hooks";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import type { VerificationObject } from "../../contract/objects/verification.js";
import { Fact } from "../page/fact.js";
import {
  bytesText,
  countText,
  durationText,
  shortText,
} from "../page/figures.js";
import { exportPath } from "../page/request.js";
import { Time } from "../page/time.js";
import { Files } from "../runs/files.js";
import { RunCalendar } from "../runs/run-calendar.js";
import { RunStory } from "../runs/run-story.js";
import { Throughput } from "../throughput/throughput.js";
import { AuditTrail, Failures } from "./backfill-details.js";
import { Controls } from "./controls.js";
import { useBackfill } from "./follow-backfill.js";
import { Alert, ProgressBar, Status } from "./status.js";
import { Verification } from "./verification.js";

/** One backfill, live, with all that steers it. */
export function BackfillPage(props: {
  readonly team: number;
  readonly name: string;
  readonly id: string;
}) {
  const { team, name, id } = props;
  const path = `${exportPath(team, name)}backfills/${encodeURIComponent(id)}/`;
  const { value, error, again } = useBackfill(path);
  const [run, setRun] = useState<number | null>(null);
  const [verification, setVerification] = useState<string | null>(null);
  if (value === null) return <Alert text={error} />;
  const isOpen = value.finished_at === null;
  return (
    <>
      <Title of={value} />
      <Controls
        path={path}
        of={value}
        onDone={(asked, answer) => {
          if (asked === "verify") {
            setVerification((answer as VerificationObject).id);
          }
          again();
        }}
      />
      {verification !== null && (
        <Verification key={verification} path={path} id={verification} />
      )}
      <Alert text={error ?? troubleOf(value)} />
      <ProgressBar of={value.progress} />
      <Facts of={value} />
      <Throughput path={path} isOpen={isOpen} />
      <RunCalendar path={path} isOpen={isOpen} onRun={setRun} />
      {run !== null && (
        <RunStory
          key={run}
          path={path}
          ordinal={run}
          onClose={() => {
            setRun(null);
          }}
        />
      )}
      <Failures of={value} />
      <Files path={path} />
      <AuditTrail of={value} />
      {value.temporal.web_url !== null && (
        <p>
          <a href={value.temporal.web_url} rel="noreferrer" target="_blank">
            Open in Temporal's Web UI
          </a>
        </p>
      )}
    </>
  );
}

function Title({ of }: { readonly of: BackfillDescription }) {
  return (
    <>
      <div class="title">
        <h1>
          {of.start_at === null ? "The beginning" : <Time at={of.start_at} />}
          {" to "}
          {of.end_at === null ? "now" : <Time at={of.end_at} />}
        </h1>
        <span role="status">
          <Status
            status={of.finished_at === null && of.paused ? "Paused" : of.status}
          />
        </span>
      </div>
      <p class="quiet">
        <code>{of.id}</code>
        {of.note !== null && ` ${of.note}`}
      </p>
    </>
  );
}

function Facts({ of }: { readonly of: BackfillDescription }) {
  const { rate, runs } = of;
  const perSecond = rate?.records_per_second ?? null;
  const failed =
    runs === null ? null : runs.failed + runs.failed_retryable + runs.timed_out;
  return (
    <dl class="facts">
      <Fact name="Records" text={countText(of.records_completed)} />
      <Fact name="Bytes" text={bytesText(of.bytes_exported)} />
      <Fact name="At work" text={countText(runs?.running ?? null)} />
      <Fact name="Failed" text={countText(failed)} />
      <Fact name="Concurrency" text={countText(of.concurrency)} />
      <Fact name="Records a second" text={shortText(perSecond)} />
      <Fact name="Left" text={durationText(rate?.eta_seconds ?? null)} />
    </dl>
  );
}

function troubleOf(of: BackfillDescription): string | null {
  if (of.error !== null) return `${of.error.code}: ${of.error.message}`;
  return of.paused && of.finished_at === null ? of.paused_reason : null;
}
