import { describe, expect, test } from "@jest/globals";
import {
  describeInterval,
  parseInterval,
} from "../../../src/domain/time/interval.js";
import { specOf } from "../zones.js";

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe("parseInterval", () => {
  test.each([
    ["hour", "hour", hourMs],
    ["every 1 hour", "hour", hourMs],
    ["every 1 hours", "hour", hourMs],
    ["every 6 hours", "hour", 6 * hourMs],
    ["every 24 hours", "hour", 24 * hourMs],
    ["every 1 minute", "minute", minuteMs],
    ["every 5 minutes", "minute", 5 * minuteMs],
    ["every 60 minutes", "minute", 60 * minuteMs],
  ])("%s is a fixed length", (interval, unit, lengthMs) => {
    expect(parseInterval({ interval })).toEqual({
      ok: true,
      spec: { unit, lengthMs, timezone: "UTC" },
    });
  });

  test("minutes and hours may have a zone, for their labels and keys", () => {
    expect(
      parseInterval({ interval: "hour", timezone: "America/New_York" }),
    ).toMatchObject({ ok: true, spec: { timezone: "America/New_York" } });
  });

  test.each([
    ["day", undefined, { unit: "day", hour: 0 }],
    ["day", "0h", { unit: "day", hour: 0 }],
    ["day", "23h", { unit: "day", hour: 23 }],
    ["week", undefined, { unit: "week", weekday: 0, hour: 0 }],
    ["week", "sun", { unit: "week", weekday: 6, hour: 0 }],
    ["week", "mon 02:00", { unit: "week", weekday: 0, hour: 2 }],
    ["month", undefined, { unit: "month", day: 1, hour: 0 }],
    ["month", "15", { unit: "month", day: 15, hour: 0 }],
    ["month", "28 23:00", { unit: "month", day: 28, hour: 23 }],
  ])("%s with offset %s", (interval, offset, cut) => {
    expect(parseInterval({ interval, offset: offset ?? null })).toEqual({
      ok: true,
      spec: { ...cut, timezone: "UTC" },
    });
  });

  test.each([
    ["days", null, "interval", /^expected hour, day/],
    ["Day", null, "interval", /^expected hour, day/],
    ["", null, "interval", /^expected hour, day/],
    ["every day", null, "interval", /^expected hour, day/],
    ["every 0 hours", null, "interval", /^expected hour, day/],
    ["every 1.5 hours", null, "interval", /^expected hour, day/],
    ["every 5 hours", null, "interval", /divides 24/],
    ["every 48 hours", null, "interval", /divides 24/],
    ["every 7 minutes", null, "interval", /divides 60/],
    ["every 120 minutes", null, "interval", /divides 60/],
    ["hour", "0h", "offset", /^"hour" is cut in UTC/],
    ["every 5 minutes", "1h", "offset", /^"every 5 minutes" is cut in UTC/],
    ["day", "24h", "offset", /^expected 0h to 23h/],
    ["day", "5", "offset", /^expected 0h to 23h/],
    ["day", "-1h", "offset", /^expected 0h to 23h/],
    ["day", "", "offset", /^expected 0h to 23h/],
    ["week", "5h", "offset", /^expected mon to sun/],
    ["week", "mon 24:00", "offset", /^expected mon to sun/],
    ["week", "mon 02:30", "offset", /^expected mon to sun/],
    ["week", "foo 02:00", "offset", /^expected mon to sun/],
    ["month", "0", "offset", /^expected a day from 1 to 28/],
    ["month", "29", "offset", /^expected a day from 1 to 28/],
    ["month", "15 24:00", "offset", /^expected a day from 1 to 28/],
  ])(
    "%j with offset %j is refused, saying what to write",
    (interval, offset, key, message) => {
      expect(parseInterval({ interval, offset })).toEqual({
        ok: false,
        problems: [{ key, message: expect.stringMatching(message) }],
      });
    },
  );

  test("a wrong zone and a wrong interval are both told", () => {
    expect(parseInterval({ interval: "daily", timezone: "Mars/Base" })).toEqual(
      {
        ok: false,
        problems: [
          {
            key: "timezone",
            message: "expected an IANA time zone such as America/New_York",
          },
          expect.objectContaining({ key: "interval" }),
        ],
      },
    );
  });

  test("a zone is kept in its usual spelling", () => {
    expect(
      parseInterval({ interval: "day", timezone: "america/new_york" }),
    ).toMatchObject({ ok: true, spec: { timezone: "America/New_York" } });
  });
});

test.each([
  [{ interval: "hour" }, "hour"],
  [{ interval: "every 5 minutes" }, "5 minutes"],
  [{ interval: "day", offset: "5h" }, "day in UTC, from 05:00"],
  [{ interval: "week", offset: "sat 02:00" }, "week in UTC, from sat 02:00"],
  [{ interval: "month" }, "month in UTC, from day 1, 00:00"],
])("%j reads as %j", (text, words) => {
  expect(describeInterval(specOf(text))).toBe(words);
});
