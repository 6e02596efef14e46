import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  formatInstant,
  instantOf,
  MAX_INSTANT_MS,
  MIN_INSTANT_MS,
  parseTimestamp,
} from "../../../src/domain/time/instant.js";

describe("formatInstant", () => {
  test("writes seconds, and milliseconds only where there are any", () => {
    expect(formatInstant(Date.UTC(2001, 2, 1, 5))).toBe("2001-03-01T05:00:00Z");
    expect(formatInstant(Date.UTC(2001, 2, 1, 5, 6, 7, 8))).toBe(
      "2001-03-01T05:06:07.008Z",
    );
    expect(formatInstant(-1)).toBe("1969-12-31T23:59:59.999Z");
  });

  test("writes all of the years 0001 to 9999, and refuses what lies outside", () => {
    expect(formatInstant(MIN_INSTANT_MS)).toBe("0001-01-01T00:00:00Z");
    expect(formatInstant(MAX_INSTANT_MS)).toBe("9999-12-31T23:59:59.999Z");
    for (const ms of [MIN_INSTANT_MS - 1, MAX_INSTANT_MS + 1, NaN, Infinity]) {
      expect(() => formatInstant(ms)).toThrow(
        expect.objectContaining({ code: "TIMESTAMP_INVALID" }),
      );
    }
  });

  test("is read back as the same instant", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS }),
        (instantMs) => {
          const text = formatInstant(instantMs);
          expect(Date.parse(text)).toBe(instantMs);
          expect(parseTimestamp(text)).toEqual({
            kind: "instant",
            instantMs,
            exact: true,
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("parseTimestamp", () => {
  const march1At5 = Date.UTC(2001, 2, 1, 5);

  test.each([
    "2001-03-01T05:00:00Z",
    "2001-03-01t05:00:00z",
    "2001-03-01 05:00:00Z",
    "2001-03-01T05:00Z",
    "2001-03-01T05:00:00.000Z",
    "2001-03-01T05:00:00.0000000000Z",
    "2001-03-01T00:00:00-05:00",
    "2001-03-01T10:45:00+05:45",
    "2001-03-01T05:00:00-00:00",
  ])("%s is that instant", (text) => {
    expect(parseTimestamp(text)).toEqual({
      kind: "instant",
      instantMs: march1At5,
      exact: true,
    });
  });

  test("digits below the millisecond are not lost without a word", () => {
    expect(parseTimestamp("2001-03-01T05:00:00.0000001Z")).toEqual({
      kind: "instant",
      instantMs: march1At5,
      exact: false,
    });
    expect(parseTimestamp("2001-03-01T05:00:00.25Z")).toEqual({
      kind: "instant",
      instantMs: march1At5 + 250,
      exact: true,
    });
  });

  test.each(["2001-03-01T05:00:00", "2001-03-01 05:00", "2001-03-01t05:00"])(
    "%s does not say which instant it is",
    (text) => {
      expect(parseTimestamp(text)).toEqual({ kind: "naive" });
    },
  );

  test("a bare date is a date", () => {
    expect(parseTimestamp("2000-02-29")).toEqual({
      kind: "date",
      date: { year: 2000, month: 2, day: 29 },
    });
  });

  test.each([
    "",
    "yesterday",
    "2001-02-30",
    "2001-02-30T00:00:00Z",
    "2001-02-30T00:00:00",
    "1900-02-29",
    "2001-13-01",
    "2001-3-1",
    "20010301",
    "0000-01-01",
    "0000-12-31T23:59:59Z",
    "10000-01-01",
    "+010000-01-01T00:00:00Z",
    "-0001-01-01",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:00:00-01:00",
    "2001-03-01T24:00:00Z",
    "2001-03-01T05:60:00Z",
    "2016-12-31T23:59:60Z",
    "2001-03-01T05:00:00+24:00",
    "2001-03-01T05:00:00+05:60",
    "2001-03-01T05:00:00+0500",
    "2001-03-01T05:00:00.Z",
    "2001-03-01T05Z",
    "2001-03-01Z",
    "2001-03-01T05:00:00Z[UTC]",
    " 2001-03-01",
    "2001-03-01\n",
    "٢٠٠١-٠٣-٠١",
    "infinity",
    "983422800000",
  ])("%j is no timestamp", (text) => {
    expect(parseTimestamp(text)).toEqual({ kind: "invalid" });
  });
});

describe("instantOf", () => {
  test("reads what formatInstant writes", () => {
    const instants = fc.integer({ min: MIN_INSTANT_MS, max: MAX_INSTANT_MS });
    fc.assert(
      fc.property(instants, (instantMs) => {
        expect(instantOf(formatInstant(instantMs))).toBe(instantMs);
      }),
    );
  });

  test.each(["2001-03-01", "2001-03-01T05:00:00", "soon"])(
    "refuses %s, which names no instant",
    (text) => {
      expect(() => instantOf(text)).toThrow(
        expect.objectContaining({ code: "TIMESTAMP_INVALID" }),
      );
    },
  );
});
