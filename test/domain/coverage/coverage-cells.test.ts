import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  countByState,
  coverageOf,
} from "../../../src/domain/coverage/coverage.js";
import { coverageCells } from "../../../src/domain/coverage/coverage-cells.js";
import { floorToInterval } from "../../../src/domain/time/boundary.js";
import { DAY_MS, HOUR_MS } from "../../../src/domain/time/calendar.js";
import { countIntervals } from "../../../src/domain/time/split.js";
import { calendarSpecs, specOf, zonedInstants } from "../zones.js";

/** Coverages of up to three months, with one stretch that is covered. */
const coverages = zonedInstants.chain(({ zone, instantMs }) =>
  fc
    .record({
      spec: fc.oneof(
        calendarSpecs(zone),
        fc.constant(specOf({ interval: "hour", timezone: zone })),
      ),
      days: fc.array(fc.integer({ min: 0, max: 90 }), {
        minLength: 3,
        maxLength: 3,
      }),
      perCell: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ spec, days, perCell }) => {
      const unitMs = "lengthMs" in spec ? HOUR_MS : DAY_MS;
      const [from = 0, to = 0, length = 0] = days.map((count) =>
        floorToInterval(spec, instantMs + count * unitMs),
      );
      const startMs = floorToInterval(spec, instantMs);
      const range = { startMs, endMs: length };
      const claim = { kind: "covered", backfill: null } as const;
      const claims = [{ ...claim, startMs: from, endMs: Math.max(from, to) }];
      return { spec, range, perCell, ranges: coverageOf(spec, range, claims) };
    }),
);

describe("the cells of a coverage", () => {
  test("tile it at its boundaries, as many intervals in each, and lose none", () => {
    fc.assert(
      fc.property(coverages, ({ spec, range, ranges, perCell }) => {
        const cells = coverageCells(spec, ranges, perCell);
        if (range.startMs < range.endMs) {
          expect(cells.map(({ startMs }) => startMs)).toEqual(
            [range.startMs, ...cells.map(({ endMs }) => endMs)].slice(0, -1),
          );
          expect(cells.at(-1)?.endMs).toBe(range.endMs);
        }
        const totals = cells.map(({ intervals }) =>
          Object.values(intervals).reduce((sum, count) => sum + count, 0),
        );
        expect(totals).toEqual(cells.map((cell) => countIntervals(spec, cell)));
        expect(totals.slice(0, -1).every((total) => total === perCell)).toBe(
          true,
        );
        const { covered, missing } = countByState(ranges);
        const sums = { covered: 0, missing: 0 };
        for (const { intervals } of cells) {
          sums.covered += intervals.covered ?? 0;
          sums.missing += intervals.missing ?? 0;
        }
        expect(sums).toEqual({ covered, missing });
      }),
      { numRuns: 300 },
    );
  });

  test("of nothing are none", () => {
    const spec = specOf({ interval: "day", timezone: "UTC" });
    expect(coverageCells(spec, [], 10)).toEqual([]);
  });
});
