import { ScheduleOverlapPolicy } from "@temporalio/client";
import type { RunObject } from "../../../src/contract/objects/run.js";
import type { ScheduleObject } from "../../../src/contract/objects/schedule.js";
import { schedulePrefixes } from "../../../src/contract/schedule.js";
import { DAY_MS } from "../../../src/domain/time/calendar.js";
import {
  createSchedule,
  type ScheduleRequest,
} from "../../../src/operations/schedules/create-schedule.js";
import { listLiveRuns } from "../../../src/operations/schedules/list-live-runs.js";
import { getSchedule } from "../../../src/operations/schedules/read-schedules.js";
import { type Installation, until } from "../backfill/installation.js";

/** The schedule of an export, with the defaults of the command line. It is asked to fire by the tests. */
export function schedule(
  refill: Installation,
  request: Partial<ScheduleRequest> = {},
): Promise<ScheduleObject> {
  return createSchedule(refill.context, {
    export: "events",
    team: null,
    from: null,
    lookback: 0,
    delayMs: 0,
    jitterMs: 0,
    catchUpMs: 7 * DAY_MS,
    concurrency: 4,
    audit: "off",
    note: null,
    ...request,
  });
}

/** The installation, seen at a moment of the past. */
export function at(refill: Installation, moment: string): Installation {
  const nowMs = () => Date.parse(moment);
  return { ...refill, context: { ...refill.context, nowMs } };
}

/** Has Temporal fire for the nominal times of its Schedule between two moments, as after a time without it. */
export async function fireFor(
  refill: Installation,
  { id }: Pick<ScheduleObject, "id">,
  span: { readonly start: string; readonly end: string },
): Promise<void> {
  const name = schedulePrefixes(refill.config.taskQueue).fire + id;
  await refill.temporal.schedule.getHandle(name).backfill({
    start: new Date(span.start),
    end: new Date(span.end),
    overlap: ScheduleOverlapPolicy.ALLOW_ALL,
  });
}

/** The live runs of a schedule, oldest first, as `START END STATUS RECORDS`, without what repeats. */
export async function liveRuns(
  { context }: Installation,
  name = "events",
): Promise<readonly string[]> {
  return (await liveRunObjects({ context }, name)).map(lineOf);
}

export async function liveRunObjects(
  { context }: Pick<Installation, "context">,
  name = "events",
): Promise<readonly RunObject[]> {
  const reference = { schedule: name, team: null };
  const page = { status: null, limit: 1_000 };
  return [...(await listLiveRuns(context, reference, page))].reverse();
}

function lineOf(run: RunObject): string {
  const { data_interval_start: start, data_interval_end: end } = run;
  const line = `${start} ${end} ${run.status} ${String(run.records_completed)}`;
  return run.latest_error === null
    ? line
    : `${line} ${JSON.stringify(run.latest_error)}`;
}

/** Waits until a firing has reached a moment, and no live run is open. */
export async function untilFired(
  { context }: Installation,
  through: string,
  name = "events",
): Promise<ScheduleObject> {
  return until(async () => {
    const found = await getSchedule(context, { schedule: name, team: null });
    return found.fired_through >= through && found.runs.open === 0
      ? found
      : null;
  });
}
