import fc from "fast-check";
import {
  type IntervalSpec,
  parseInterval,
} from "../../src/domain/time/interval.js";

/** Zones whose clocks have done something unusual, with a day near which they did it. */
const unusualDays = [
  ["UTC", "1970-01-01"],
  ["America/New_York", "2001-04-01"], // 23 hours
  ["America/New_York", "2001-10-28"], // 25 hours
  ["America/New_York", "1883-11-18"], // local mean time ended at noon
  ["Australia/Lord_Howe", "2001-03-25"], // 24.5 hours
  ["Australia/Lord_Howe", "2001-10-28"], // 23.5 hours
  ["Pacific/Apia", "2011-12-30"], // a day that was skipped
  ["Pacific/Kwajalein", "1993-08-21"], // a day that was skipped
  ["Asia/Manila", "1844-12-31"], // a day that was skipped
  ["America/Sitka", "1867-10-18"], // a day that came twice
  ["America/Sao_Paulo", "2001-10-14"], // no midnight
  ["Africa/Cairo", "2023-04-28"], // no midnight
  ["Asia/Beirut", "2001-03-25"], // no midnight
  ["America/St_Johns", "2001-04-01"], // changed at 00:01
  ["America/St_Johns", "1988-04-03"], // by two hours
  ["America/St_Johns", "1988-10-30"], // and back
  ["Antarctica/Troll", "2010-03-28"], // by two hours
  ["Asia/Kathmandu", "1986-01-01"], // by 15 minutes, for good
  ["Africa/Monrovia", "1972-01-07"], // 44 min 30 s from UTC until then
  ["Europe/Dublin", "1971-10-31"],
  ["Europe/Warsaw", "1944-10-04"],
  ["Africa/Casablanca", "2018-06-17"],
] as const;

const dayMs = 86_400_000;

/** Pairs of a zone and an instant, half of them within days of something unusual. */
export const zonedInstants: fc.Arbitrary<{ zone: string; instantMs: number }> =
  fc
    .record({
      unusual: fc.constantFrom(...unusualDays),
      isNear: fc.boolean(),
      distanceMs: fc.integer({ min: -4 * dayMs, max: 4 * dayMs }),
      anyMs: fc.integer({
        min: Date.UTC(1840, 0, 1),
        max: Date.UTC(2110, 0, 1),
      }),
      isWholeHour: fc.boolean(),
    })
    .map(({ unusual, isNear, distanceMs, anyMs, isWholeHour }) => {
      const ms = isNear ? Date.parse(unusual[1]) + distanceMs : anyMs;
      return {
        zone: unusual[0],
        instantMs: isWholeHour ? ms - (ms % 3_600_000) : ms,
      };
    });

/** Every kind of interval, in any zone. */
export function intervalSpecs(zone: string): fc.Arbitrary<IntervalSpec> {
  return fc.oneof(
    fc
      .constantFrom(
        "hour",
        "every 5 minutes",
        "every 1 minute",
        "every 6 hours",
      )
      .map((interval) => specOf({ interval, timezone: zone })),
    calendarSpecs(zone),
  );
}

/** Days, weeks and months, with and without an offset. */
export function calendarSpecs(zone: string): fc.Arbitrary<IntervalSpec> {
  const hours = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 23 }));
  const weekdays = fc.constantFrom("mon", "wed", "sat", "sun");
  const days = fc.integer({ min: 1, max: 28 });
  return fc.oneof(
    { weight: 3, arbitrary: hours.map((h) => day(zone, h)) },
    fc.tuple(weekdays, hours).map(([weekday, h]) => {
      const offset = `${weekday} ${clock(h)}`;
      return specOf({ interval: "week", timezone: zone, offset });
    }),
    fc.tuple(days, hours).map(([dayOfMonth, h]) => {
      const offset = `${String(dayOfMonth)} ${clock(h)}`;
      return specOf({ interval: "month", timezone: zone, offset });
    }),
  );
}

export function day(zone: string, hour = 0): IntervalSpec {
  const offset = `${String(hour)}h`;
  return specOf({ interval: "day", timezone: zone, offset });
}

/** The spec of a definition that must be right. */
export function specOf(text: {
  interval: string;
  timezone?: string;
  offset?: string;
}): IntervalSpec {
  const parsed = parseInterval(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
