import { boundaryAt, boundaryIndex } from "../time/boundary.js";
import { DAY_MS, dayNumberOf, HOUR_MS } from "../time/calendar.js";
import { formatInstant } from "../time/instant.js";
import type { FixedIntervalSpec, IntervalSpec } from "../time/interval.js";
import { instantToLocal, instantToWallMs } from "../time/zone.js";
import type { KeyVariable } from "./key-template.js";

type CalendarIntervalSpec = Exclude<IntervalSpec, FixedIntervalSpec>;
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

/**
 * Minutes and hours are cut in UTC: a clock that is set back shows some of them twice. Any zone that ever changed is
 * refused, though only setting back does harm: governments change clocks at a few weeks' notice, and definitions stay.
 */
function changingClockProblem(spec: FixedIntervalSpec): string | null {
  return clockChanges(spec.timezone).length === 0
    ? null
    : `two intervals could share a file: the clock of ${spec.timezone} was changed in its history, and a clock that is set back shows an hour twice; add {data_interval_start}`;
}

/**
 * Days, weeks and months begin at a local time of different dates. Only where the clock skips that time, so that the
 * interval begins later, can its start fall on the date, or in the month, of the next one.
 */
function equalStartsProblem(
  spec: CalendarIntervalSpec,
  used: readonly CalendarVariable[],
): string | null {
  for (const { atMs, gainMs } of clockChanges(spec.timezone)) {
    const leavesItsDate = spec.hour * HOUR_MS + gainMs >= DAY_MS;
    const pair = leavesItsDate ? equalStartsNear(spec, atMs, used) : null;
    if (pair === null) continue;
    const [first, second] = pair.map(formatInstant);
    return `two intervals would share a file: in ${spec.timezone} the clock is changed in such a way that the intervals from ${first ?? ""} and ${second ?? ""} look alike; add {data_interval_start}`;
  }
  return null;
}

/** The zone database knows of no change before 1844; after 2100 the rules of its last years go on. */
const searchStartMs = startOfYearMs(1800);
const searchEndMs = startOfYearMs(2100);

/** A day in which a zone's clock is changed, and by how much it is set forward. */
interface ClockChange {
  readonly atMs: number;
  readonly gainMs: number;
}

/** Finding a zone's changes takes about 0.2 s, and they stay the same. */
const changesByZone = new Map<string, readonly ClockChange[]>();

function clockChanges(zone: string): readonly ClockChange[] {
  const known = changesByZone.get(zone);
  if (known !== undefined) return known;
  const changes = findClockChanges(zone);
  changesByZone.set(zone, changes);
  return changes;
}

/** Looks once a day: no clock was ever changed and changed back within one. */
function findClockChanges(zone: string): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  let offsetMs = offsetAt(zone, searchStartMs);
  for (let atMs = searchStartMs; atMs < searchEndMs; atMs += DAY_MS) {
    const gainMs = offsetAt(zone, atMs) - offsetMs;
    if (gainMs !== 0) changes.push({ atMs, gainMs });
    offsetMs += gainMs;
  }
  return changes;
}

function offsetAt(zone: string, atMs: number): number {
  return instantToWallMs(zone, atMs) - atMs;
}

/** Starts keep their order by date and move by less than an interval, so that equal ones are always neighbours. */
function equalStartsNear(
  spec: CalendarIntervalSpec,
  atMs: number,
  used: readonly CalendarVariable[],
): readonly [number, number] | null {
  const middle = boundaryIndex(spec, atMs);
  for (let index = middle - 3; index < middle + 3; index += 1) {
    const firstMs = boundaryAt(spec, index);
    const secondMs = boundaryAt(spec, index + 1);
    const isAlike =
      startParts(spec.timezone, firstMs, used) ===
      startParts(spec.timezone, secondMs, used);
    // A local day that the clock skips begins when the next one does: it is no interval.
    if (isAlike && firstMs !== secondMs) return [firstMs, secondMs];
  }
  return null;
}

/** The parts as one number: the year comes first, and each of the others has two digits. */
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
