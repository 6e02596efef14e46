import { useState } from "preact/hooks";
import type { ThroughputObject } from "../../contract/objects/throughput.js";
import { Alert } from "../backfills/status.js";
import { Disclosure } from "../page/disclosure.js";
import { durationText, rateText, utcText } from "../page/figures.js";
import { usePolled } from "../page/polled.js";
import { BarPlot } from "./bar-plot.js";
import { type Rates, ratesOf } from "./throughput-series.js";

const BUCKETS = 120;
const SOONEST_MS = 5_000;
const LATEST_MS = 60_000;

/** What a backfill got done over its life, as plots and as a table. */
export function Throughput(props: {
  readonly path: string;
  readonly isOpen: boolean;
}) {
  const [everyMs, setEveryMs] = useState(SOONEST_MS);
  const { value, error } = usePolled<ThroughputObject>(
    `${props.path}throughput/?buckets=${String(BUCKETS)}`,
    props.isOpen ? everyMs : 60 * LATEST_MS,
  );
  // More often than a bucket fills there is little to see.
  const bucketMs = (value?.bucket_seconds ?? 0) * 1_000;
  const wantedMs = Math.min(LATEST_MS, Math.max(SOONEST_MS, bucketMs));
  if (wantedMs !== everyMs) setEveryMs(wantedMs);
  const rates = value === null ? [] : ratesOf(value);
  const isEmpty = rates.every(({ runs }) => runs === 0);
  return (
    <section aria-labelledby="throughput">
      <div class="title">
        <h2 id="throughput">Throughput</h2>
        {value !== null && !isEmpty && (
          <small>{`bars of ${durationText(value.bucket_seconds)}, in UTC`}</small>
        )}
      </div>
      <Alert text={error} />
      {value !== null &&
        (isEmpty ? (
          <p class="quiet">No run has ended yet.</p>
        ) : (
          <Plots of={value} rates={rates} />
        ))}
    </section>
  );
}

function Plots(props: {
  readonly of: ThroughputObject;
  readonly rates: readonly Rates[];
}) {
  const { of, rates } = props;
  const [at, setAt] = useState<number | null>(null);
  const shaded = of.pauses.map(({ start, end }) => ({
    startMs: Date.parse(start),
    endMs: Date.parse(end),
  }));
  const shared = { shaded, at, onAt: setAt };
  const pointed = at === null ? undefined : rates[at];
  return (
    <>
      <div class="plots">
        <BarPlot
          name="Records a second"
          text={summaryOf("Records a second", rates, ({ records }) => records)}
          bars={rates.map((one) => ({ ...one, value: one.records, bad: 0 }))}
          {...shared}
        />
        <BarPlot
          name="Runs a second"
          text={summaryOf("Runs a second", rates, ({ runs }) => runs)}
          bars={rates.map((one) => ({
            ...one,
            value: one.runs,
            bad: one.failedRuns,
          }))}
          {...shared}
        />
      </div>
      <p class="caption">
        {pointed === undefined
          ? legendOf(of, rates)
          : pointedText(pointed, isPaused(of, pointed))}
      </p>
      <Disclosure name="Throughput as a table" isQuiet>
        {() => <RateTable of={of} rates={rates} />}
      </Disclosure>
    </>
  );
}

function RateTable(props: {
  readonly of: ThroughputObject;
  readonly rates: readonly Rates[];
}) {
  const { of, rates } = props;
  const heads = [
    "From",
    "Records a second",
    "Runs a second",
    "Failed a second",
    "Paused",
  ];
  return (
    <div
      class="scroll"
      role="region"
      aria-label="Throughput by time"
      tabIndex={0}
    >
      <table class="rates">
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
          {rates.map((one) => (
            <tr key={one.startMs}>
              <td>{timeText(one.startMs)}</td>
              <td class="figure">{rateText(one.records)}</td>
              <td class="figure">{rateText(one.runs)}</td>
              <td class="figure">{rateText(one.failedRuns)}</td>
              <td>{isPaused(of, one) ? "yes" : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function summaryOf(
  name: string,
  rates: readonly Rates[],
  valueOf: (rates: Rates) => number,
): string {
  const peak = rates.reduce((one, other) =>
    valueOf(other) > valueOf(one) ? other : one,
  );
  const from = timeText(rates[0]?.startMs ?? 0);
  const to = timeText(rates.at(-1)?.endMs ?? 0);
  return `${name} from ${from} to ${to}: ${rateText(valueOf(peak))} at most, at ${timeText(peak.startMs)}. The table below has all of it.`;
}

function legendOf(of: ThroughputObject, rates: readonly Rates[]): string {
  return [
    ...(of.pauses.length > 0 ? ["Shaded: paused."] : []),
    ...(rates.some((one) => one.failedRuns > 0) ? ["Red: failed runs."] : []),
  ].join(" ");
}

function isPaused(of: ThroughputObject, { startMs, endMs }: Rates): boolean {
  return of.pauses.some(
    ({ start, end }) => Date.parse(start) < endMs && Date.parse(end) > startMs,
  );
}

function pointedText(
  { startMs, endMs, ...of }: Rates,
  paused: boolean,
): string {
  const failed =
    of.failedRuns > 0 ? `, ${rateText(of.failedRuns)} of them failed` : "";
  return `${timeText(startMs)} to ${timeText(endMs)} UTC: ${rateText(of.records)} records/s, ${rateText(of.runs)} runs/s${failed}${paused ? ", paused" : ""}`;
}

function timeText(ms: number): string {
  return utcText(new Date(ms).toISOString());
}
