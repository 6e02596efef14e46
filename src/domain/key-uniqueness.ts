import { boundaryAt, boundaryIndex } from "./boundary.js";
import { DAY_MS, HOUR_MS, dayNumberOf } from "./calendar.js";
import { formatInstant } from "./instant.js";
import type { FixedIntervalSpec, IntervalSpec } from "./interval.js";
import type { KeyVariable } from "./key-template.js";
import { instantToLocal, instantToWallMs } from "./zone.js";

type CalendarVariable = "year" | "month" | "day" | "hour" | "minute";

/**
 * Why two intervals of a spec could be written under one key that holds these variables; null when none can.
 * A bound tells intervals apart by itself. Parts of the calendar do so only where they are fine enough for the
 * interval, and only where no change of the clock lets two starts look alike.
 */
export function keyUniquenessProblem(
  spec: IntervalSpec,
  variables: ReadonlySet<KeyVariable>,
): string | null {
  if (variables.has("data_interval_start")) return null;
  if (variables.has("data_interval_end")) return null;
  const needed = neededVariables(spec);
  const missing = needed.filter((variable) => !variables.has(variable));
  if (missing.length > 0) {
    return `two intervals would share a file: ${inBraces(missing)} missing (or add {data_interval_start})`;
  }
  if ("lengthMs" in spec) return changingClockProblem(spec);
  const used = calendarVariables.filter((variable) => variables.has(variable));
  return equalStartsProblem(spec, used);
}

const calendarVariables: readonly CalendarVariable[] = [
  "year",
  "month",
  "day",
  "hour",
  "minute",
];

/** Each interval is at least as long as the last part named here, so the parts differ wherever the clock runs evenly. */
function neededVariables(spec: IntervalSpec): readonly CalendarVariable[] {
  switch (spec.unit) {
    case "month":
      return calendarVariables.slice(0, 2);
    case "week":
    case "day":
      return calendarVariables.slice(0, 3);
    case "hour":
    case "minute":
      if (spec.lengthMs >= DAY_MS) return calendarVariables.slice(0, 3);
      return calendarVariables.slice(0, spec.lengthMs >= HOUR_MS ? 4 : 5);
  }
}

/** The zone database knows of no change before 1844, and after 2100 the rules of its last years go on. */
const searchedYears = { from: 1800, to: 2200 } as const;
const searchStartMs = startOfYearMs(searchedYears.from);
const searchEndMs = startOfYearMs(searchedYears.to);
const sampleStepMs = 30 * DAY_MS;

/**
 * Minutes and hours are cut in UTC: a clock that is set back shows some of them twice. Any zone that ever changed is
 * refused, though only setting back does harm: governments change clocks at a few weeks' notice, and definitions stay.
 */
function changingClockProblem(spec: FixedIntervalSpec): string | null {
  const offsetMs = offsetAt(spec.timezone, searchStartMs);
  for (
    let atMs = searchStartMs;
    atMs < searchEndMs;
    atMs += sampleStepMs // No zone has ever gone back for good to its first offset within a month.
  ) {
    if (offsetAt(spec.timezone, atMs) !== offsetMs) {
      return `two intervals could share a file: the clock of ${spec.timezone} was changed in its history, and a clock that is set back shows an hour twice; add {data_interval_start}`;
    }
  }
  return null;
}

function offsetAt(zone: string, atMs: number): number {
  return instantToWallMs(zone, atMs) - atMs;
}

/**
 * Days, weeks and months begin at a local time of different dates. Only where the clock skips that time, so that the
 * interval begins later, can its start fall on the date, or in the month, of the next one. Starts keep their order by
 * date and move by less than an interval, so that equal ones are always neighbours.
 */
function equalStartsProblem(
  spec: Exclude<IntervalSpec, FixedIntervalSpec>,
  used: readonly CalendarVariable[],
): string | null {
  const last = boundaryIndex(spec, searchEndMs);
  let index = boundaryIndex(spec, searchStartMs);
  let startMs = boundaryAt(spec, index);
  let parts = startParts(spec.timezone, startMs, used);
  while (index < last) {
    index += 1;
    const nextMs = boundaryAt(spec, index);
    const nextParts = startParts(spec.timezone, nextMs, used);
    if (nextMs !== startMs && nextParts === parts) {
      return `two intervals would share a file: in ${spec.timezone} the clock is changed in such a way that the intervals from ${formatInstant(startMs)} and ${formatInstant(nextMs)} look alike; add {data_interval_start}`;
    }
    startMs = nextMs;
    parts = nextParts;
  }
  return null;
}

/** The parts as one number, which is cheaper to compare than text: 146,000 days are looked at. */
function startParts(
  zone: string,
  startMs: number,
  used: readonly CalendarVariable[],
): number {
  const local = instantToLocal(zone, startMs);
  return used.reduce((number, part) => number * 100 + local[part], 0);
}

function startOfYearMs(year: number): number {
  return dayNumberOf({ year, month: 1, day: 1 }) * DAY_MS;
}

function inBraces(variables: readonly KeyVariable[]): string {
  const names = variables.map((variable) => `{${variable}}`);
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
}
