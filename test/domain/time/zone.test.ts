import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import {
  canonicalTimeZone,
  formatLocal,
  instantToLocal,
  instantToWallMs,
  isTimeZone,
  wallToInstantMs,
} from "../../../src/domain/time/zone.js";
import { zonedInstants } from "../zones.js";

function utc(text: string): number {
  return Date.parse(text);
}

/** Independent of the code under test: the platform's own idea of local time. */
function wallByIntl(zone: string, instantMs: number): number {
  const text = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).format(instantMs);
  const [month, day, year, hour, minute, second] = (
    text.match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(
    year ?? 0,
    (month ?? 0) - 1,
    day ?? 0,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
  );
}

describe("local time", () => {
  test("is what the platform's own calendar shows, near changes of the clock and far from them", () => {
    fc.assert(
      fc.property(zonedInstants, ({ zone, instantMs }) => {
        const wholeMs = Math.floor(instantMs / 1_000) * 1_000;
        expect(instantToWallMs(zone, wholeMs)).toBe(wallByIntl(zone, wholeMs));
      }),
      { numRuns: 400 },
    );
  });

  test("resolves to an instant as Temporal's disambiguation 'compatible' does", () => {
    fc.assert(
      fc.property(zonedInstants, ({ zone, instantMs: wallMs }) => {
        const plain = Temporal.PlainDateTime.from(
          new Date(wallMs).toISOString().slice(0, -1),
        );
        expect(wallToInstantMs(zone, wallMs)).toBe(
          plain.toZonedDateTime(zone, { disambiguation: "compatible" })
            .epochMilliseconds,
        );
      }),
      { numRuns: 600 },
    );
  });

  test("comes back to the same instant, or to the first that shows the same time", () => {
    fc.assert(
      fc.property(zonedInstants, ({ zone, instantMs }) => {
        const wallMs = instantToWallMs(zone, instantMs);
        const backMs = wallToInstantMs(zone, wallMs);
        expect(instantToWallMs(zone, backMs)).toBe(wallMs);
        expect(backMs).toBeLessThanOrEqual(instantMs);
      }),
      { numRuns: 600 },
    );
  });

  test("the answer does not depend on what was asked before", () => {
    const zone = "America/New_York";
    const changeMs = utc("2001-04-01T07:00:00Z");
    for (const earlierMs of [-1, 0, 1].map((n) => changeMs + n * 86_400_000)) {
      instantToWallMs(zone, earlierMs);
      expect(instantToWallMs(zone, changeMs - 1) - changeMs).toBe(
        -5 * 3_600_000 - 1,
      );
      instantToWallMs(zone, earlierMs);
      expect(instantToWallMs(zone, changeMs) - changeMs).toBe(-4 * 3_600_000);
    }
  });

  test("a local time that the clock skips moves forward by the gap", () => {
    const wallMs = utc("2001-04-01T02:30:00Z");
    expect(wallToInstantMs("America/New_York", wallMs)).toBe(
      utc("2001-04-01T07:30:00Z"),
    );
  });

  test("a local time that the clock shows twice is the first", () => {
    const wallMs = utc("2001-10-28T01:30:00Z");
    expect(wallToInstantMs("America/New_York", wallMs)).toBe(
      utc("2001-10-28T05:30:00Z"),
    );
  });

  test("offsets may have seconds", () => {
    const wallMs = utc("1971-06-01T00:00:00Z");
    expect(wallToInstantMs("Africa/Monrovia", wallMs)).toBe(
      utc("1971-06-01T00:44:30Z"),
    );
    expect(
      instantToLocal("Africa/Monrovia", utc("1971-06-01T00:00:00.250Z")),
    ).toEqual({
      year: 1971,
      month: 5,
      day: 31,
      hour: 23,
      minute: 15,
      second: 30,
      millisecond: 250,
    });
  });
});

describe("formatLocal", () => {
  test("shows the clock, and the offset only when the clock shows that time again", () => {
    const zone = "America/New_York";
    expect(formatLocal(zone, utc("2001-10-28T05:00:00Z"))).toBe(
      "2001-10-28 01:00",
    );
    expect(formatLocal(zone, utc("2001-10-28T06:00:00Z"))).toBe(
      "2001-10-28 01:00 -05:00",
    );
    expect(formatLocal("UTC", utc("0033-04-03T15:00:00Z"))).toBe(
      "0033-04-03 15:00",
    );
  });
});

describe("time-zone names", () => {
  test.each(["UTC", "America/New_York", "Etc/GMT+5", "Asia/Kathmandu"])(
    "%s is a zone",
    (name) => {
      expect(isTimeZone(name)).toBe(true);
      expect(canonicalTimeZone(name.toLowerCase())).toBe(name);
    },
  );

  test.each(["", "Foo/Bar", "+05:00", "-0500", "New York", "UTC+1", "../UTC"])(
    "%j is none",
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
