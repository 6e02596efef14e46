import {
  type CalendarDate,
  dateOfDayNumber,
  DAY_MS,
  dayNumberOf,
  HOUR_MS,
} from "./calendar.js";
import type {
  CalendarIntervalSpec,
  IntervalSpec,
  WeekIntervalSpec,
} from "./interval.js";
import { instantToWallMs, wallToInstantMs } from "./zone.js";

/** The start of the data interval that contains an instant. */
export function floorToInterval(spec: IntervalSpec, instantMs: number): number {
  return boundaryAt(spec, boundaryIndex(spec, instantMs));
}

/** The first boundary after an instant. */
export function nextBoundary(spec: IntervalSpec, instantMs: number): number {
  return boundaryAt(spec, boundaryIndex(spec, instantMs) + 1);
}

/** Whether a data interval begins, and another ends, at an instant. */
export function isBoundary(spec: IntervalSpec, instantMs: number): boolean {
  return floorToInterval(spec, instantMs) === instantMs;
}

/** How long every interval is, in milliseconds; null where days, weeks and months differ in length. */
export function fixedLengthMs(spec: IntervalSpec): number | null {
  return "lengthMs" in spec ? spec.lengthMs : null;
}

/**
 * The number of the interval that contains an instant. Numbers count calendar units, so a local day that the clock
 * skips has one too: its boundary is that of the next day, and the higher number is given.
 */
export function boundaryIndex(spec: IntervalSpec, instantMs: number): number {
  if ("lengthMs" in spec) return Math.floor(instantMs / spec.lengthMs);
  let index = wallIndex(spec, instantToWallMs(spec.timezone, instantMs));
  // A clock that was set back shows an earlier time than the boundaries it passed; one set forward, a later time.
  while (boundaryAt(spec, index) > instantMs) index -= 1;
  while (boundaryAt(spec, index + 1) <= instantMs) index += 1;
  return index;
}

/** The instant at which the interval of a number begins. Equal to the next one's for a day that the clock skips. */
export function boundaryAt(spec: IntervalSpec, index: number): number {
  if ("lengthMs" in spec) return index * spec.lengthMs;
  const wallMs = boundaryDay(spec, index) * DAY_MS + spec.hour * HOUR_MS;
  return wallToInstantMs(spec.timezone, wallMs);
}

/** The local date on which the interval of a number is meant to begin, whatever the clock does on that day. */
export function boundaryDate(
  spec: CalendarIntervalSpec,
  index: number,
): CalendarDate {
  return dateOfDayNumber(boundaryDay(spec, index));
}

/** The number of the last interval that begins on or before a local date; with minutes and hours, midnight UTC counts. */
export function dateIndex(spec: IntervalSpec, date: CalendarDate): number {
  const dayMs = dayNumberOf(date) * DAY_MS;
  if ("lengthMs" in spec) return dayMs / spec.lengthMs;
  return wallIndex(spec, dayMs + spec.hour * HOUR_MS);
}

function boundaryDay(spec: CalendarIntervalSpec, index: number): number {
  switch (spec.unit) {
    case "day":
      return index;
    case "week":
      return index * 7 + firstDayOfWeeks(spec);
    case "month":
      return dayNumberOf({
        year: Math.floor(index / 12),
        month: index - Math.floor(index / 12) * 12 + 1,
        day: spec.day,
      });
  }
}

/** The number of the last boundary at or before a wall time, had the clock never been changed. */
function wallIndex(spec: CalendarIntervalSpec, wallMs: number): number {
  const dayNumber = Math.floor((wallMs - spec.hour * HOUR_MS) / DAY_MS);
  switch (spec.unit) {
    case "day":
      return dayNumber;
    case "week":
      return Math.floor((dayNumber - firstDayOfWeeks(spec)) / 7);
    case "month": {
      const { year, month, day } = dateOfDayNumber(dayNumber);
      return year * 12 + month - 1 - (day < spec.day ? 1 : 0);
    }
  }
}

/** Monday, 5 January 1970 is day number 4. */
function firstDayOfWeeks(spec: WeekIntervalSpec): number {
  return 4 + spec.weekday;
}
