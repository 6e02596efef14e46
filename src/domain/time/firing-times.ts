import type { IntervalSpec } from "./interval.js";

/**
 * When Temporal is to fire for an export. A firing is only a poke: what it exports is found by the interval's own
 * arithmetic, so that too many firings do no harm.
 */
export type FiringTimes =
  | { readonly kind: "every"; readonly everyMs: number }
  | {
      readonly kind: "calendar";
      readonly timezone: string;
      readonly times: readonly CalendarTime[];
    };

/** A local time, on some weekday (0 for Monday), on some day of the month, or daily. */
export interface CalendarTime {
  readonly hour: number;
  readonly weekday: number | null;
  readonly day: number | null;
}

/**
 * The closing times of an interval. Those of days, weeks and months come with the hour after: where the clock skips the
 * first, there is no such local time on that day, the boundary has moved by the gap, and the second poke meets it.
 */
export function firingTimes(spec: IntervalSpec): FiringTimes {
  if ("lengthMs" in spec) return { kind: "every", everyMs: spec.lengthMs };
  const first = {
    hour: spec.hour,
    weekday: spec.unit === "week" ? spec.weekday : null,
    day: spec.unit === "month" ? spec.day : null,
  };
  return {
    kind: "calendar",
    timezone: spec.timezone,
    times: [first, hourAfter(first)],
  };
}

/** After the 28th may come no day of the same month: then that poke is left out, and nothing but a skipped hour needs it. */
function hourAfter({ hour, weekday, day }: CalendarTime): CalendarTime {
  if (hour < 23) return { hour: hour + 1, weekday, day };
  return {
    hour: 0,
    weekday: weekday === null ? null : (weekday + 1) % 7,
    day: day === null ? null : day + 1,
  };
}
