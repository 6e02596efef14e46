import { RefillError } from "../errors.js";
import {
  type CalendarDate,
  dateOfDayNumber,
  DAY_MS,
  dayNumberOf,
  formatDate,
  HOUR_MS,
  isCalendarDate,
  MINUTE_MS,
  pad,
} from "./calendar.js";

/** The first and the last millisecond that RFC 3339 can write, but for year 0: years 0001 to 9999. */
export const MIN_INSTANT_MS = -62_135_596_800_000;
export const MAX_INSTANT_MS = 253_402_300_799_999;

/**
 * An instant as on the wire: `2001-03-01T05:00:00Z`, with `.123` only where the milliseconds are not zero.
 * @throws RefillError TIMESTAMP_INVALID outside of the years 0001 to 9999
 */
export function formatInstant(instantMs: number): string {
  if (!isWritable(instantMs)) {
    throw new RefillError(
      "TIMESTAMP_INVALID",
      `Expected whole milliseconds in the years 0001 to 9999, got ${instantMs} ms since 1970.`,
    );
  }
  const dayNumber = Math.floor(instantMs / DAY_MS);
  return `${dateText(dayNumber)}T${timeText(instantMs - dayNumber * DAY_MS)}Z`;
}

/** Whether `formatInstant` can write an instant. */
export function isWritable(instantMs: number): boolean {
  return (
    Number.isInteger(instantMs) &&
    instantMs >= MIN_INSTANT_MS &&
    instantMs <= MAX_INSTANT_MS
  );
}

/** What a timestamp of a request says: an instant, a local date, or why it is neither. */
export type ParsedTimestamp =
  | {
      readonly kind: "instant";
      readonly instantMs: number;
      /** False when digits below the millisecond were cut off: the instant is then a little later. */
      readonly exact: boolean;
    }
  | { readonly kind: "date"; readonly date: CalendarDate }
  | { readonly kind: "naive" }
  | { readonly kind: "invalid" };

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?([Zz]|[+-]\d{2}:\d{2})?$/;

/** Reads a bare date or an RFC 3339 date-time (seconds may be left out). A leap second is invalid: no boundary has one. */
export function parseTimestamp(text: string): ParsedTimestamp {
  const match = dateTimePattern.exec(text);
  const date = parseDate(match?.[1] ?? text);
  if (date === null) return { kind: "invalid" };
  if (match === null) return { kind: "date", date };
  const timeMs = parseTimeOfDay(match);
  if (timeMs === null) return { kind: "invalid" };
  if (match[6] === undefined) return { kind: "naive" };
  const offsetMs = parseUtcOffset(match[6]);
  if (offsetMs === null) return { kind: "invalid" };
  const instantMs = dayNumberOf(date) * DAY_MS + timeMs - offsetMs;
  if (!isWritable(instantMs)) return { kind: "invalid" };
  return { kind: "instant", instantMs, exact: isExact(match[5]) };
}

/**
 * The instant that a text on the wire names, in milliseconds since the epoch.
 * @throws RefillError TIMESTAMP_INVALID for anything but an RFC 3339 date-time
 */
export function instantOf(text: string): number {
  const parsed = parseTimestamp(text);
  if (parsed.kind === "instant") return parsed.instantMs;
  throw new RefillError(
    "TIMESTAMP_INVALID",
    `Expected an RFC 3339 date-time with Z or an offset, got ${text}.`,
  );
}

function parseDate(text: string): CalendarDate | null {
  const match = datePattern.exec(text);
  if (match === null) return null;
  const date = {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
  };
  return date.year > 0 && isCalendarDate(date) ? date : null;
}

function parseTimeOfDay(match: RegExpExecArray): number | null {
  const hour = Number(match[2]);
  const minute = Number(match[3]);
  const second = Number(match[4] ?? "0");
  if (hour > 23 || minute > 59 || second > 59) return null;
  const millisecond = Number((match[5] ?? "").slice(0, 3).padEnd(3, "0"));
  return hour * HOUR_MS + minute * MINUTE_MS + second * 1_000 + millisecond;
}

function parseUtcOffset(text: string): number | null {
  if (text === "Z" || text === "z") return 0;
  const hour = Number(text.slice(1, 3));
  const minute = Number(text.slice(4));
  if (hour > 23 || minute > 59) return null;
  const sizeMs = hour * HOUR_MS + minute * MINUTE_MS;
  return text.startsWith("-") ? -sizeMs : sizeMs;
}

function isExact(fraction: string | undefined): boolean {
  return /^0*$/.test((fraction ?? "").slice(3));
}

/** Formatting goes through a plan's boundaries in order, so the date is most often the last one's. */
let lastDay = { dayNumber: 0, text: "1970-01-01" };

function dateText(dayNumber: number): string {
  if (lastDay.dayNumber !== dayNumber) {
    lastDay = { dayNumber, text: formatDate(dateOfDayNumber(dayNumber)) };
  }
  return lastDay.text;
}

function timeText(timeMs: number): string {
  const hour = Math.floor(timeMs / HOUR_MS);
  const minute = Math.floor((timeMs % HOUR_MS) / MINUTE_MS);
  const second = Math.floor((timeMs % MINUTE_MS) / 1_000);
  const millisecond = timeMs % 1_000;
  const fraction = millisecond === 0 ? "" : `.${pad(millisecond, 3)}`;
  return `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}`;
}
