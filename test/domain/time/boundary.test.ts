import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  fixedLengthMs,
  floorToInterval,
  isBoundary,
  nextBoundary,
} from "../../../src/domain/time/boundary.js";
import { formatInstant } from "../../../src/domain/time/instant.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";
import { day, intervalSpecs, specOf, zonedInstants } from "../zones.js";

const hourMs = 3_600_000;

const specsAndInstants = zonedInstants.chain(({ zone, instantMs }) =>
  fc.record({ spec: intervalSpecs(zone), instantMs: fc.constant(instantMs) }),
);

describe("boundaries of any interval, in any zone, near any change of the clock", () => {
  test("an instant lies in the interval that floor and next give, and nowhere else", () => {
    fc.assert(
      fc.property(specsAndInstants, ({ spec, instantMs }) => {
        const startMs = floorToInterval(spec, instantMs);
        const endMs = nextBoundary(spec, instantMs);
        expect(startMs).toBeLessThanOrEqual(instantMs);
        expect(endMs).toBeGreaterThan(instantMs);
        expect(floorToInterval(spec, endMs - 1)).toBe(startMs);
        expect(nextBoundary(spec, startMs)).toBe(endMs);
        expect(isBoundary(spec, startMs)).toBe(true);
        expect(isBoundary(spec, endMs)).toBe(true);
        expect(isBoundary(spec, instantMs)).toBe(instantMs === startMs);
      }),
      { numRuns: 1_000 },
    );
  });

  test("no interval is longer than its unit can be", () => {
    fc.assert(
      fc.property(specsAndInstants, ({ spec, instantMs }) => {
        const lengthMs =
          nextBoundary(spec, instantMs) - floorToInterval(spec, instantMs);
        const most = { minute: 1, hour: 24, day: 48, week: 192, month: 768 };
        expect(lengthMs).toBeGreaterThan(0);
        expect(lengthMs).toBeLessThanOrEqual(most[spec.unit] * hourMs);
      }),
      { numRuns: 300 },
    );
  });
});

describe("days", () => {
  test.each([
    ["UTC", "2001-03-25", 24],
    ["America/New_York", "2001-04-01", 23],
    ["America/New_York", "2001-10-28", 25],
    ["Australia/Lord_Howe", "2001-03-25", 24.5],
    ["Australia/Lord_Howe", "2001-10-28", 23.5],
    ["Antarctica/Troll", "2010-03-28", 22],
    ["Antarctica/Troll", "2010-10-31", 26],
    ["America/St_Johns", "1988-04-03", 22],
    ["America/St_Johns", "1988-10-30", 26],
    ["America/St_Johns", "2001-04-01", 23],
    ["America/Sao_Paulo", "2001-10-13", 24],
    ["America/Sao_Paulo", "2001-10-14", 23],
    ["Africa/Cairo", "2023-04-28", 23],
    ["Asia/Beirut", "2001-03-25", 23],
    ["Asia/Kathmandu", "1986-01-01", 23.75],
    ["America/Sitka", "1867-10-19", 48],
    ["Asia/Manila", "1844-12-30", 24],
    ["Europe/Dublin", "1971-10-31", 25],
  ])("in %s the day that begins on %s has %d hours", (zone, date, hours) => {
    const spec = day(zone);
    const noonMs = noonOf(spec, date);
    const lengthMs = nextBoundary(spec, noonMs) - floorToInterval(spec, noonMs);
    // Local mean time in the 19th century had seconds: those days are a few longer or shorter.
    expect(Math.round((lengthMs / hourMs) * 20) / 20).toBe(hours);
  });

  test("a midnight that the clock skips moves forward by the gap", () => {
    expect(floor(day("America/Sao_Paulo"), "2001-10-14T12:00:00Z")).toBe(
      "2001-10-14T03:00:00Z", // 01:00 by the clock, which showed 23:59:59 the second before
    );
  });

  test("a day begins at the first of two midnights", () => {
    // Havana set its clock back from 01:00 to 00:00.
    const spec = day("America/Havana");
    expect(floor(spec, "2001-10-28T04:30:00Z")).toBe("2001-10-28T04:00:00Z");
    expect(floor(spec, "2001-10-28T05:00:00Z")).toBe("2001-10-28T04:00:00Z");
    expect(floor(spec, "2001-10-29T04:59:59Z")).toBe("2001-10-28T04:00:00Z");
  });

  test("a clock set back over midnight begins no second day, and none ends early", () => {
    // Sao Paulo set its clock back from 00:00 to 23:00: with offset 23h the day of 17 February begins at the first 23:00.
    const spec = day("America/Sao_Paulo", 23);
    expect(floor(spec, "2001-02-18T01:00:00Z")).toBe("2001-02-18T01:00:00Z");
    expect(floor(spec, "2001-02-18T02:30:00Z")).toBe("2001-02-18T01:00:00Z");
    // St. John's set its clock back from 00:01 to 23:01: the day that had begun goes on.
    const stJohns = day("America/St_Johns");
    expect(floor(stJohns, "2001-10-28T02:30:30Z")).toBe("2001-10-28T02:30:00Z");
    expect(floor(stJohns, "2001-10-28T03:00:00Z")).toBe("2001-10-28T02:30:00Z");
    expect(floor(stJohns, "2001-10-28T03:30:00Z")).toBe("2001-10-28T02:30:00Z");
  });

  test.each([
    [1, "2001-10-28T05:00:00Z", "2001-10-29T06:00:00Z"],
    [2, "2001-10-28T07:00:00Z", "2001-10-29T07:00:00Z"],
  ])(
    "with offset %dh, an hour that comes twice begins no second day",
    (hour, start, end) => {
      const spec = day("America/New_York", hour);
      const startMs = Date.parse(start);
      expect(isBoundary(spec, startMs)).toBe(true);
      expect(formatInstant(nextBoundary(spec, startMs))).toBe(end);
      expect(isBoundary(spec, Date.parse("2001-10-28T06:00:00Z"))).toBe(false);
    },
  );

  test("with offset 2h, an hour that the clock skips begins the day an hour later by the clock", () => {
    const spec = day("America/New_York", 2);
    const startMs = Date.parse("2001-04-01T07:00:00Z");
    expect(isBoundary(spec, startMs)).toBe(true);
    expect(floor(spec, "2001-04-01T06:59:59.999Z")).toBe(
      "2001-03-31T07:00:00Z",
    );
    expect(formatInstant(nextBoundary(spec, startMs))).toBe(
      "2001-04-02T06:00:00Z",
    );
  });

  test.each([0, 5, 23])(
    "a local day that never was is no interval, with offset %dh",
    (hour) => {
      const spec = day("Pacific/Apia", hour);
      const thirtiethMs = Date.UTC(2011, 11, 30, 10 + hour);
      expect(isBoundary(spec, thirtiethMs)).toBe(true);
      expect(floorToInterval(spec, thirtiethMs - 1)).toBe(
        thirtiethMs - 24 * hourMs,
      );
      expect(nextBoundary(spec, thirtiethMs)).toBe(thirtiethMs + 24 * hourMs);
    },
  );
});

describe("weeks and months", () => {
  test("a week begins on Monday at midnight where nothing else is said", () => {
    const spec = specOf({ interval: "week" });
    expect(floor(spec, "2001-03-04T23:59:59Z")).toBe("2001-02-26T00:00:00Z");
    expect(floor(spec, "2001-03-05T00:00:00Z")).toBe("2001-03-05T00:00:00Z");
    expect(floor(spec, "1969-12-31T00:00:00Z")).toBe("1969-12-29T00:00:00Z");
  });

  test("a week with an offset begins on its weekday and hour, and has 167 hours in spring", () => {
    const spec = specOf({
      interval: "week",
      timezone: "America/New_York",
      offset: "sat 02:00",
    });
    expect(floor(spec, "2001-03-31T06:59:59Z")).toBe("2001-03-24T07:00:00Z");
    const startMs = Date.parse("2001-03-31T07:00:00Z");
    expect(isBoundary(spec, startMs)).toBe(true);
    expect(nextBoundary(spec, startMs) - startMs).toBe(167 * hourMs);
  });

  test.each([
    ["2000-02-10T00:00:00Z", 29],
    ["1900-02-10T00:00:00Z", 28],
    ["2001-02-10T00:00:00Z", 28],
    ["2001-12-10T00:00:00Z", 31],
    ["1969-12-10T00:00:00Z", 31],
  ])("the month that contains %s has %d days", (instant, days) => {
    const spec = specOf({ interval: "month" });
    const instantMs = Date.parse(instant);
    const lengthMs =
      nextBoundary(spec, instantMs) - floorToInterval(spec, instantMs);
    expect(lengthMs).toBe(days * 24 * hourMs);
  });

  test("a month with an offset begins on its day and hour, and crosses the year", () => {
    const spec = specOf({
      interval: "month",
      timezone: "America/New_York",
      offset: "15 03:00",
    });
    expect(floor(spec, "2001-01-15T07:59:59Z")).toBe("2000-12-15T08:00:00Z");
    expect(floor(spec, "2001-01-15T08:00:00Z")).toBe("2001-01-15T08:00:00Z");
    const aprilMs = Date.parse("2001-04-15T07:00:00Z");
    expect(isBoundary(spec, aprilMs)).toBe(true);
  });
});

describe("minutes and hours", () => {
  test("are cut in UTC, whatever the zone", () => {
    const spec = specOf({
      interval: "every 6 hours",
      timezone: "Asia/Kathmandu",
    });
    expect(floor(spec, "2001-03-01T11:59:59Z")).toBe("2001-03-01T06:00:00Z");
    expect(floor(spec, "1969-12-31T23:59:59Z")).toBe("1969-12-31T18:00:00Z");
    expect(fixedLengthMs(spec)).toBe(6 * hourMs);
  });

  test("only they have a fixed length", () => {
    expect(fixedLengthMs(day("UTC"))).toBeNull();
    expect(fixedLengthMs(specOf({ interval: "every 5 minutes" }))).toBe(
      300_000,
    );
  });
});

function floor(spec: IntervalSpec, instant: string): string {
  return formatInstant(floorToInterval(spec, Date.parse(instant)));
}

/** An instant around noon of a local date. */
function noonOf(spec: IntervalSpec, date: string): number {
  const noonMs = Date.parse(`${date}T12:00:00Z`);
  const wallMs = Date.parse(
    new Date(noonMs).toLocaleString("sv", { timeZone: spec.timezone }) + "Z",
  );
  return noonMs - (wallMs - noonMs);
}
