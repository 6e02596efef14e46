import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isRefillError } from "../../../src/domain/errors.js";
import { isBoundary, nextBoundary } from "../../../src/domain/time/boundary.js";
import { formatInstant } from "../../../src/domain/time/instant.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";
import { resolveRange } from "../../../src/domain/time/range.js";
import { day, intervalSpecs, specOf, zonedInstants } from "../zones.js";

const newYorkDays = day("America/New_York");
const hours = specOf({ interval: "hour" });

interface Request {
  readonly spec?: IntervalSpec;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly now?: string;
}

function resolve(request: Request) {
  return resolveRange({
    spec: request.spec ?? newYorkDays,
    start: request.start ?? null,
    end: request.end ?? null,
    nowMs: Date.parse(request.now ?? "2026-01-01T00:00:00Z"),
  });
}

/** What is told to a request that must be refused. */
function refusal(request: Request) {
  try {
    resolve(request);
  } catch (error) {
    if (isRefillError(error)) return error;
    throw error;
  }
  throw new Error("Expected a refusal.");
}

function problemsOf(request: Request): unknown {
  return refusal(request).details["problems"];
}

describe("a range that is right", () => {
  test("is taken as it stands", () => {
    const startMs = Date.parse("2001-01-01T05:00:00Z");
    const endMs = Date.parse("2001-07-01T04:00:00Z");
    const range = {
      startMs,
      endMs,
      requestedStartMs: startMs,
      requestedEndMs: endMs,
    };
    expect(
      resolve({ start: "2001-01-01T05:00:00Z", end: "2001-07-01T04:00:00Z" }),
    ).toEqual(range);
    expect(
      resolve({
        start: "2001-01-01T00:00:00-05:00",
        end: "2001-07-01t00:00:00.000-04:00",
      }),
    ).toEqual(range);
    expect(resolve({ start: "2001-01-01", end: "2001-07-01" })).toEqual(range);
  });

  test("without an end goes to the end of the last interval that is over", () => {
    const { endMs, requestedEndMs } = resolve({
      start: "2001-01-01",
      now: "2001-03-05T04:59:59.999Z",
    });
    expect(formatInstant(endMs)).toBe("2001-03-04T05:00:00Z");
    expect(requestedEndMs).toBeNull();
    const exact = resolve({ now: "2001-03-05T05:00:00Z" });
    expect(formatInstant(exact.endMs)).toBe("2001-03-05T05:00:00Z");
  });

  test("without a start has none until the data is looked at", () => {
    expect(resolve({ end: "2001-03-01" })).toMatchObject({
      startMs: null,
      requestedStartMs: null,
    });
  });

  test("may end now", () => {
    const now = "2001-03-05T05:00:00Z";
    expect(resolve({ start: "2001-03-04", end: now, now }).endMs).toBe(
      Date.parse(now),
    );
  });

  test("in hours takes a bare date as midnight UTC, whatever the zone", () => {
    const spec = specOf({ interval: "hour", timezone: "Asia/Kathmandu" });
    const { startMs, endMs } = resolve({
      spec,
      start: "2001-03-01",
      end: "2001-03-02",
    });
    expect(startMs).toBe(Date.UTC(2001, 2, 1));
    expect(endMs).toBe(Date.UTC(2001, 2, 2));
  });

  test.each([
    [day("America/New_York", 5), "2001-04-01", "2001-04-01T09:00:00Z"],
    [day("America/New_York", 2), "2001-04-01", "2001-04-01T07:00:00Z"], // skipped: moved forward
    [day("America/New_York", 1), "2001-10-28", "2001-10-28T05:00:00Z"], // twice: the first
    [day("America/Sao_Paulo"), "2001-10-14", "2001-10-14T03:00:00Z"], // no midnight
    [day("Pacific/Apia"), "2011-12-30", "2011-12-30T10:00:00Z"], // no such day: the next
    [day("Pacific/Apia"), "2011-12-31", "2011-12-30T10:00:00Z"],
    [specOf({ interval: "week" }), "2001-02-26", "2001-02-26T00:00:00Z"],
    [
      specOf({ interval: "week", offset: "sun 02:00" }),
      "2001-02-25",
      "2001-02-25T02:00:00Z",
    ],
    [
      specOf({ interval: "month", offset: "15 03:00" }),
      "2001-02-15",
      "2001-02-15T03:00:00Z",
    ],
  ])("%j: the bare date %s is %s", (spec, start, instant) => {
    expect(resolve({ spec, start }).startMs).toBe(Date.parse(instant));
  });

  test("any boundary is accepted, written as it is", () => {
    const cases = zonedInstants.chain(({ zone, instantMs }) =>
      fc.record({
        spec: intervalSpecs(zone),
        instantMs: fc.constant(instantMs),
      }),
    );
    fc.assert(
      fc.property(cases, ({ spec, instantMs }) => {
        const startMs = nextBoundary(spec, instantMs);
        const endMs = nextBoundary(spec, startMs);
        const range = resolveRange({
          spec,
          start: formatInstant(startMs),
          end: formatInstant(endMs),
          nowMs: endMs,
        });
        expect(range).toMatchObject({ startMs, endMs });
      }),
      { numRuns: 300 },
    );
  });
});

describe("RANGE_MISALIGNED", () => {
  test("names the boundary before and the one after, in UTC and by the local clock", () => {
    const error = refusal({ start: "2001-04-01T12:00:00Z" });
    expect(error.code).toBe("RANGE_MISALIGNED");
    expect(error.message).toBe(
      'start: expected a boundary of the interval (day in America/New_York, from 00:00), got "2001-04-01T12:00:00Z"; ' +
        "use 2001-04-01T05:00:00Z (2001-04-01 00:00 America/New_York), the one before, " +
        "or 2001-04-02T04:00:00Z (2001-04-02 00:00 America/New_York), the one after.",
    );
    expect(error.details["problems"]).toEqual([
      {
        field: "start",
        code: "RANGE_MISALIGNED",
        message: error.message,
        before: "2001-04-01T05:00:00Z",
        after: "2001-04-02T04:00:00Z",
      },
    ]);
  });

  test("tells both ends in one error, the start first", () => {
    const error = refusal({
      start: "2001-03-01T00:00:00Z",
      end: "2001-03-05T00:00:00Z",
    });
    expect(error.code).toBe("RANGE_MISALIGNED");
    expect(error.details["problems"]).toMatchObject([
      { field: "start", before: "2001-02-28T05:00:00Z" },
      { field: "end", after: "2001-03-05T05:00:00Z" },
    ]);
    expect(error.message).toContain("2001-02-28T05:00:00Z");
    expect(error.message).toContain("2001-03-05T05:00:00Z");
    expect(error.message).not.toContain("\n");
  });

  test.each([
    ["2001-03-01T00:00:00.001Z"],
    ["2001-03-01T00:00:00.0000001Z"],
    ["2001-03-01T00:00:01Z"],
    ["2001-03-01T00:00:00+05:45"],
  ])("%s is not rounded onto a boundary of hours", (start) => {
    expect(refusal({ spec: hours, start }).code).toBe("RANGE_MISALIGNED");
  });

  test("a bare date on the wrong weekday is off, between the boundaries around it", () => {
    const spec = specOf({ interval: "week", offset: "sun 02:00" });
    expect(problemsOf({ spec, start: "2001-03-01" })).toMatchObject([
      {
        code: "RANGE_MISALIGNED",
        before: "2001-02-25T02:00:00Z",
        after: "2001-03-04T02:00:00Z",
      },
    ]);
  });

  test("so is one on the wrong day of the month", () => {
    const spec = specOf({ interval: "month", offset: "15" });
    expect(problemsOf({ spec, end: "2001-03-01" })).toMatchObject([
      {
        field: "end",
        before: "2001-02-15T00:00:00Z",
        after: "2001-03-15T00:00:00Z",
      },
    ]);
  });

  test("at the beginning of time it names no boundary that cannot be written", () => {
    const spec = specOf({ interval: "month", offset: "15" });
    const error = refusal({ spec, start: "0001-01-01" });
    expect(error.details["problems"]).toMatchObject([
      { before: null, after: "0001-01-15T00:00:00Z" },
    ]);
    expect(error.message).toContain("use (none in the years 0001 to 9999),");
  });

  test("what it names can be used", () => {
    const cases = zonedInstants.chain(({ zone, instantMs }) =>
      fc.record({
        spec: intervalSpecs(zone),
        instantMs: fc.constant(instantMs),
      }),
    );
    fc.assert(
      fc.property(cases, ({ spec, instantMs }) => {
        fc.pre(!isBoundary(spec, instantMs));
        const start = formatInstant(instantMs);
        const [problem] = problemsOf({
          spec,
          start,
          now: "2150-01-01T00:00:00Z",
        }) as [{ before: string; after: string }];
        const beforeMs = Date.parse(problem.before);
        expect(isBoundary(spec, beforeMs)).toBe(true);
        expect(beforeMs).toBeLessThan(instantMs);
        expect(nextBoundary(spec, beforeMs)).toBe(Date.parse(problem.after));
        expect(Date.parse(problem.after)).toBeGreaterThan(instantMs);
      }),
      { numRuns: 300 },
    );
  });
});

describe("timestamps", () => {
  test("without an offset are TIMESTAMP_NAIVE", () => {
    const error = refusal({ start: "2001-03-01T05:00:00" });
    expect(error.code).toBe("TIMESTAMP_NAIVE");
    expect(error.message).toContain('got "2001-03-01T05:00:00"; add Z');
  });

  test.each([
    "yesterday",
    "",
    "2001-02-30",
    "0000-01-01",
    "10000-01-01",
    "0000-06-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
  ])("%j is TIMESTAMP_INVALID", (end) => {
    expect(refusal({ end }).code).toBe("TIMESTAMP_INVALID");
  });

  test("a local date whose boundary lies in year 0 is TIMESTAMP_INVALID", () => {
    const spec = day("Asia/Tokyo");
    expect(refusal({ spec, start: "0001-01-01" }).code).toBe(
      "TIMESTAMP_INVALID",
    );
  });

  test("different problems of both ends are told together", () => {
    const error = refusal({ start: "2001-03-01T05:00:00", end: "soon" });
    expect(error.code).toBe("TIMESTAMP_NAIVE");
    expect(error.details["problems"]).toMatchObject([
      { field: "start", code: "TIMESTAMP_NAIVE", before: null, after: null },
      { field: "end", code: "TIMESTAMP_INVALID", before: null, after: null },
    ]);
  });

  test("long nonsense is not repeated in full", () => {
    expect(refusal({ start: "x".repeat(10_000) }).message.length).toBeLessThan(
      300,
    );
  });
});

describe("RANGE_IN_FUTURE", () => {
  test("names the last boundary that is allowed", () => {
    const error = refusal({
      start: "2001-03-01",
      end: "2001-03-06",
      now: "2001-03-05T12:00:00Z",
    });
    expect(error.code).toBe("RANGE_IN_FUTURE");
    expect(error.message).toContain(
      "2001-03-05T05:00:00Z (2001-03-05 00:00 America/New_York)",
    );
    expect(error.details["problems"]).toMatchObject([
      { field: "end", before: "2001-03-05T05:00:00Z" },
    ]);
  });

  test("is told along with what is wrong with the start", () => {
    const error = refusal({ start: "soon", end: "9999-12-31" });
    expect(error.code).toBe("TIMESTAMP_INVALID");
    expect(error.details["problems"]).toMatchObject([
      { field: "start" },
      { field: "end", code: "RANGE_IN_FUTURE" },
    ]);
  });
});

describe("RANGE_EMPTY", () => {
  test.each([
    ["2001-03-01", "2001-03-01"],
    ["2001-03-02", "2001-03-01"],
  ])("from %s to %s", (start, end) => {
    const error = refusal({ start, end });
    expect(error.code).toBe("RANGE_EMPTY");
    expect(error.details).toEqual({
      start: `${start}T05:00:00Z`,
      end: `${end}T05:00:00Z`,
    });
  });

  test("also when the first interval from the start is not over", () => {
    const error = refusal({
      start: "2001-03-05",
      now: "2001-03-05T12:00:00Z",
    });
    expect(error.code).toBe("RANGE_EMPTY");
    expect(error.message).toContain("where the last interval that is over");
  });

  test("a range of nothing but a skipped day", () => {
    const spec = day("Pacific/Apia");
    expect(refusal({ spec, start: "2011-12-30", end: "2011-12-31" }).code).toBe(
      "RANGE_EMPTY",
    );
  });
});

describe("RANGE_TOO_LARGE", () => {
  test("names the count", () => {
    const error = refusal({
      spec: specOf({ interval: "every 1 minute" }),
      start: "1990-01-01",
      end: "2001-01-01",
    });
    expect(error.code).toBe("RANGE_TOO_LARGE");
    expect(error.message).toContain("got 5785920 from 1990-01-01T00:00:00Z");
    expect(error.details).toEqual({
      total_runs: 5_785_920,
      max_runs: 5_000_000,
    });
  });

  test("five million runs are allowed, and one more is not", () => {
    const spec = specOf({ interval: "every 1 minute" });
    const endMs = Date.UTC(2001, 0, 1) + 5_000_000 * 60_000;
    const request = { spec, start: "2001-01-01" };
    expect(resolve({ ...request, end: formatInstant(endMs) }).endMs).toBe(
      endMs,
    );
    expect(
      refusal({ ...request, end: formatInstant(endMs + 60_000) }).details,
    ).toMatchObject({ total_runs: 5_000_001 });
  });
});
