import { HOUR_MS, MINUTE_MS } from "./calendar.js";
import { canonicalTimeZone } from "./zone.js";

/** How a batch export cuts time into data intervals. Made by `parseInterval` alone. */
export type IntervalSpec = FixedIntervalSpec | CalendarIntervalSpec;

/** Days, weeks and months: cut in local time, and as long as the clock makes them. */
export type CalendarIntervalSpec =
  DayIntervalSpec | WeekIntervalSpec | MonthIntervalSpec;

/** Minutes and hours: always as long, and cut in UTC. The zone is for labels only. */
export interface FixedIntervalSpec {
  readonly unit: "minute" | "hour";
  readonly lengthMs: number;
  readonly timezone: string;
}

/** From one local hour to the same hour of the next day: 23, 24, 25 or another number of hours. */
interface DayIntervalSpec {
  readonly unit: "day";
  readonly timezone: string;
  /** 0 to 23. */
  readonly hour: number;
}

export interface WeekIntervalSpec {
  readonly unit: "week";
  readonly timezone: string;
  /** 0 for Monday to 6 for Sunday. */
  readonly weekday: number;
  readonly hour: number;
}

interface MonthIntervalSpec {
  readonly unit: "month";
  readonly timezone: string;
  /** 1 to 28, so that every month has it. */
  readonly day: number;
  readonly hour: number;
}

/** The three lines of a definition that say how time is cut. Null or absent: the default. */
export interface IntervalText {
  readonly interval: string;
  readonly timezone?: string | null;
  readonly offset?: string | null;
}

export type ParsedInterval =
  | { readonly ok: true; readonly spec: IntervalSpec }
  | { readonly ok: false; readonly problems: readonly IntervalProblem[] };

/** What is wrong with one of the three lines. */
interface IntervalProblem {
  readonly key: keyof IntervalText;
  /** What was expected, as the beginning of a sentence: `expected 0h to 23h for interval day`. */
  readonly message: string;
}

/**
 * Reads `hour`, `day`, `week`, `month`, `every N minutes` (N divides 60) or `every N hours` (N divides 24), with the
 * zone (UTC by default) and offset. Without an offset days begin at 00:00, weeks on Monday and months on the 1st.
 */
export function parseInterval(text: IntervalText): ParsedInterval {
  const zoneName = text.timezone ?? "UTC";
  const timezone = canonicalTimeZone(zoneName);
  const cut = parseCut(text.interval, text.offset ?? null);
  const problems = "message" in cut ? [cut] : [];
  if (timezone === null) {
    problems.unshift({
      key: "timezone",
      message: "expected an IANA time zone such as America/New_York",
    });
  }
  if (timezone === null || "message" in cut) return { ok: false, problems };
  return { ok: true, spec: { ...cut, timezone } };
}

/** The interval in words, for messages: `day in America/New_York, from 05:00`. */
export function describeInterval(spec: IntervalSpec): string {
  if ("lengthMs" in spec) {
    const unitMs = spec.unit === "hour" ? HOUR_MS : MINUTE_MS;
    const count = spec.lengthMs / unitMs;
    return count === 1 ? spec.unit : `${count} ${spec.unit}s`;
  }
  const from = `${String(spec.hour).padStart(2, "0")}:00`;
  const where = `in ${spec.timezone}, from`;
  switch (spec.unit) {
    case "day":
      return `day ${where} ${from}`;
    case "week":
      return `week ${where} ${weekdays[spec.weekday] ?? ""} ${from}`;
    case "month":
      return `month ${where} day ${spec.day}, ${from}`;
  }
}

/** A spec that lacks its zone. */
type Cut = WithoutZone<IntervalSpec>;
type WithoutZone<T> = T extends unknown ? Omit<T, "timezone"> : never;

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function parseCut(
  interval: string,
  offset: string | null,
): Cut | IntervalProblem {
  switch (interval) {
    case "day":
      return parseDayOffset(offset ?? "0h");
    case "week":
      return parseWeekOffset(offset ?? "mon");
    case "month":
      return parseMonthOffset(offset ?? "1");
    default:
      return parseFixed(interval, offset);
  }
}

function parseFixed(
  interval: string,
  offset: string | null,
): Cut | IntervalProblem {
  const text = interval === "hour" ? "every 1 hour" : interval;
  const match = /^every ([1-9]\d{0,3}) (minute|hour)s?$/.exec(text);
  if (match === null) {
    const message =
      "expected hour, day, week, month, every N minutes or every N hours";
    return { key: "interval", message };
  }
  const count = Number(match[1]);
  const unit = match[2] === "hour" ? "hour" : "minute";
  const whole = unit === "hour" ? 24 : 60;
  if (whole % count !== 0) {
    const message = `expected a number of ${unit}s that divides ${whole}`;
    return { key: "interval", message };
  }
  if (offset !== null) {
    const message = `"${interval}" is cut in UTC and has no offset`;
    return { key: "offset", message };
  }
  return { unit, lengthMs: count * (unit === "hour" ? HOUR_MS : MINUTE_MS) };
}

function parseDayOffset(offset: string): Cut | IntervalProblem {
  const match = /^(\d{1,2})h$/.exec(offset);
  const hour = Number(match?.[1] ?? "24");
  return hour < 24
    ? { unit: "day", hour }
    : wrongOffset("expected 0h to 23h for interval day");
}

function parseWeekOffset(offset: string): Cut | IntervalProblem {
  const match = /^([a-z]{3})(?: (\d{2}):00)?$/.exec(offset);
  const weekday = weekdays.indexOf(match?.[1] ?? "");
  const hour = Number(match?.[2] ?? "0");
  return weekday >= 0 && hour < 24
    ? { unit: "week", weekday, hour }
    : wrongOffset(
        'expected mon to sun and a whole hour for interval week, such as "mon 02:00"',
      );
}

function parseMonthOffset(offset: string): Cut | IntervalProblem {
  const match = /^(\d{1,2})(?: (\d{2}):00)?$/.exec(offset);
  const day = Number(match?.[1] ?? "0");
  const hour = Number(match?.[2] ?? "0");
  return day >= 1 && day <= 28 && hour < 24
    ? { unit: "month", day, hour }
    : wrongOffset(
        'expected a day from 1 to 28 and a whole hour for interval month, such as "15 03:00"',
      );
}

function wrongOffset(message: string): IntervalProblem {
  return { key: "offset", message };
}
