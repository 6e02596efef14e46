import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  floorToInterval,
  isBoundary,
  nextBoundary,
} from "../../../src/domain/time/boundary.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";
import {
  boundaries,
  countIntervals,
  intervalsOf,
  MAX_RUNS,
  type TimeRange,
} from "../../../src/domain/time/split.js";
import { calendarSpecs, day, specOf, zonedInstants } from "../zones.js";

const dayMs = 86_400_000;

/** Ranges of up to three months of a calendar interval, or a day of a fixed one, aligned at both ends. */
const ranges = zonedInstants.chain(({ zone, instantMs }) =>
  fc
    .record({
      spec: fc.oneof(
        calendarSpecs(zone),
        fc
          .constantFrom("every 15 minutes", "hour")
          .map((interval) => specOf({ interval, timezone: zone })),
      ),
      length: fc.integer({ min: 0, max: 90 }),
    })
    .map(({ spec, length }) => {
      const unitMs = "lengthMs" in spec ? dayMs / 90 : dayMs;
      const startMs = floorToInterval(spec, instantMs);
      const endMs = floorToInterval(spec, instantMs + length * unitMs);
      return { spec, range: { startMs, endMs } };
    }),
);

describe("the runs of a range", () => {
  test("tile it exactly, never overlap, and are as many as was counted", () => {
    fc.assert(
      fc.property(ranges, ({ spec, range }) => {
        const runs = [...intervalsOf(spec, range)];
        expect(runs.map(({ startMs }) => startMs)).toEqual(
          [range.startMs, ...runs.map(({ endMs }) => endMs)].slice(0, -1),
        );
        expect(runs.at(-1)?.endMs ?? range.startMs).toBe(range.endMs);
        const wrong = runs.filter(
          ({ startMs, endMs }) =>
            endMs <= startMs ||
            !isBoundary(spec, startMs) ||
            nextBoundary(spec, startMs) !== endMs,
        );
        expect(wrong).toEqual([]);
        expect(countIntervals(spec, range)).toBe(runs.length);
      }),
      { numRuns: 500 },
    );
  });

  test("are the same when a part of the range is planned again", () => {
    fc.assert(
      fc.property(
        ranges,
        fc.nat({ max: 99 }),
        fc.nat({ max: 99 }),
        ({ spec, range }, a, b) => {
          const all = [...boundaries(spec, range)];
          const [from, to] = [a % all.length, b % all.length].sort(
            (x, y) => x - y,
          );
          const part = {
            startMs: all[from ?? 0] ?? 0,
            endMs: all[to ?? 0] ?? 0,
          };
          expect([...boundaries(spec, part)]).toEqual(
            all.slice(from, (to ?? 0) + 1),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test("do not depend on the zones that were split before", () => {
    const range = {
      startMs: utc("2001-01-01T05"),
      endMs: utc("2002-01-01T05"),
    };
    const alone = [...boundaries(day("America/New_York"), range)];
    const other = boundaries(day("Australia/Lord_Howe"), {
      startMs: utc("1999-12-31T13"),
      endMs: utc("2003-12-31T13"),
    });
    const mixed: number[] = [];
    for (const boundaryMs of boundaries(day("America/New_York"), range)) {
      mixed.push(boundaryMs);
      other.next();
    }
    expect(mixed).toEqual(alone);
    expect(alone).toHaveLength(366);
  });
});

describe("examples", () => {
  test("New York's first half of 2001 has 181 days, one of 23 hours", () => {
    const spec = day("America/New_York");
    const range = {
      startMs: utc("2001-01-01T05"),
      endMs: utc("2001-07-01T04"),
    };
    const hours = [...intervalsOf(spec, range)].map(
      ({ startMs, endMs }) => (endMs - startMs) / 3_600_000,
    );
    expect(hours).toHaveLength(181);
    expect(hours.filter((length) => length === 23)).toHaveLength(1);
    expect(hours.indexOf(23)).toBe(90); // 1 April
    expect(hours.filter((length) => length === 24)).toHaveLength(180);
  });

  test("Apia had 364 days in 2011", () => {
    const spec = day("Pacific/Apia");
    const startMs = floorToInterval(spec, utc("2011-01-01T12"));
    const endMs = floorToInterval(spec, utc("2012-01-01T00"));
    expect(countIntervals(spec, { startMs, endMs })).toBe(364);
    expect([...intervalsOf(spec, { startMs, endMs })]).toHaveLength(364);
  });

  test("a leap year has 366 days, 12 months and 8,784 hours", () => {
    const range = {
      startMs: utc("2000-01-01T00"),
      endMs: utc("2001-01-01T00"),
    };
    expect(countIntervals(day("UTC"), range)).toBe(366);
    expect(countIntervals(specOf({ interval: "month" }), range)).toBe(12);
    expect(countIntervals(specOf({ interval: "hour" }), range)).toBe(8_784);
  });

  test("an empty range has no runs", () => {
    const startMs = utc("2001-01-01T00");
    const range = { startMs, endMs: startMs };
    expect([...intervalsOf(day("UTC"), range)]).toEqual([]);
    expect([...boundaries(day("UTC"), range)]).toEqual([startMs]);
    expect(countIntervals(day("UTC"), range)).toBe(0);
  });

  test("a range that runs backwards has none either", () => {
    const range = {
      startMs: utc("2001-01-02T00"),
      endMs: utc("2001-01-01T00"),
    };
    expect([...boundaries(day("UTC"), range)]).toEqual([]);
    expect([...intervalsOf(day("UTC"), range)]).toEqual([]);
    expect(countIntervals(day("UTC"), range)).toBe(0);
  });
});

describe("size", () => {
  test("five million runs are made one at a time, in constant memory", () => {
    const startMs = utc("2001-01-01T00");
    const endMs = startMs + MAX_RUNS * 60_000;
    const spec = specOf({ interval: "every 1 minute" });
    const { runs, peakBytes } = walk(spec, { startMs, endMs });
    expect(runs).toBe(5_000_000);
    // Kept in an array they take more than 300 MB; what is seen here is garbage not collected yet.
    expect(peakBytes).toBeLessThan(100_000_000);
  });

  test("so are all days of five hundred years", () => {
    const spec = day("America/New_York");
    const startMs = floorToInterval(spec, utc("2001-01-01T12"));
    const endMs = floorToInterval(spec, utc("2501-01-01T12"));
    const { runs, peakBytes } = walk(spec, { startMs, endMs });
    expect(runs).toBe(182_621);
    expect(peakBytes).toBeLessThan(100_000_000);
  });
});

/** Goes through all runs, keeping none, and tells by how much the heap grew at its largest. */
function walk(
  spec: IntervalSpec,
  range: TimeRange,
): { runs: number; peakBytes: number } {
  const beforeBytes = process.memoryUsage().heapUsed;
  let runs = 0;
  let peakBytes = 0;
  for (const run of intervalsOf(spec, range)) {
    if (run.endMs > run.startMs) runs += 1;
    if (runs % 50_000 !== 0) continue;
    const grownBytes = process.memoryUsage().heapUsed - beforeBytes;
    peakBytes = Math.max(peakBytes, grownBytes);
  }
  return { runs, peakBytes };
}

/** The instant of a UTC date and hour such as `2001-01-01T05`. */
function utc(text: string): number {
  return Date.parse(`${text}:00:00Z`);
}
