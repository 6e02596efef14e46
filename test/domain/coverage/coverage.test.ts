import { describe, expect, test } from "@jest/globals";
import {
  countByState,
  type CoverageClaim,
  coverageOf,
} from "../../../src/domain/coverage/coverage.js";
import { DAY_MS, HOUR_MS } from "../../../src/domain/time/calendar.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";

const hours: IntervalSpec = {
  unit: "hour",
  lengthMs: HOUR_MS,
  timezone: "UTC",
};
const days: IntervalSpec = { unit: "day", hour: 0, timezone: "UTC" };

/** A claim in hours since the epoch. */
function claim(
  kind: CoverageClaim["kind"],
  from: number,
  to: number,
  backfill: string | null = "a",
): CoverageClaim {
  return { kind, backfill, startMs: from * HOUR_MS, endMs: to * HOUR_MS };
}

/** `0-3 covered a`, in hours. */
function shown(
  spec: IntervalSpec,
  hoursLong: number,
  claims: readonly CoverageClaim[],
): readonly string[] {
  const range = { startMs: 0, endMs: hoursLong * HOUR_MS };
  return coverageOf(spec, range, claims).map(
    ({ startMs, endMs, state, reason, intervals, backfill }) =>
      `${startMs / HOUR_MS}-${endMs / HOUR_MS} ${state}${reason === null ? "" : ` (${reason})`} ${intervals} ${backfill ?? "-"}`,
  );
}

describe("coverageOf", () => {
  test("what no claim reaches is missing", () => {
    expect(shown(hours, 10, [])).toEqual(["0-10 missing 10 -"]);
    expect(shown(hours, 10, [claim("covered", 2, 5)])).toEqual([
      "0-2 missing 2 -",
      "2-5 covered 3 a",
      "5-10 missing 5 -",
    ]);
  });

  test("consecutive intervals of a state are one range, of no single backfill when there are several", () => {
    expect(
      shown(hours, 6, [
        claim("covered", 3, 6, "b"),
        claim("covered", 0, 3, "a"),
      ]),
    ).toEqual(["0-6 covered 6 -"]);
  });

  test("a failed attempt does not hide what was written before", () => {
    expect(
      shown(hours, 4, [claim("covered", 0, 3), claim("failed", 2, 4, "b")]),
    ).toEqual(["0-3 covered 3 a", "3-4 failed 1 b"]);
  });

  test("what is written under the current definition hides what is stale, and stale hides no data", () => {
    expect(
      shown(hours, 4, [
        claim("stale", 0, 3, "old"),
        claim("covered", 1, 2, "new"),
        claim("empty", 0, 4, "new"),
      ]),
    ).toEqual([
      "0-1 stale 1 old",
      "1-2 covered 1 new",
      "2-3 stale 1 old",
      "3-4 covered (no data) 1 new",
    ]);
  });

  test("an open backfill counts where nothing stands yet", () => {
    expect(
      shown(hours, 3, [
        claim("failed", 0, 3, "a"),
        claim("open", -Infinity, 2, "b"),
      ]),
    ).toEqual(["0-2 open 2 b", "2-3 failed 1 a"]);
  });

  test("claims that reach beyond the range are cut", () => {
    expect(shown(hours, 2, [claim("empty", -Infinity, Infinity)])).toEqual([
      "0-2 covered (no data) 2 a",
    ]);
  });

  test("an interval that another cut reaches in part is missing, and stale only when all of it is", () => {
    expect(shown(days, 96, [claim("stale", 12, 60)])).toEqual([
      "0-24 missing 1 -",
      "24-48 stale 1 a",
      "48-96 missing 2 -",
    ]);
    expect(
      shown(days, 24, [
        claim("stale", 0, 10, "a"),
        claim("stale", 10, 24, "b"),
      ]),
    ).toEqual(["0-24 stale 1 -"]);
  });

  test("a failure anywhere in an interval that is not covered is a failure of it", () => {
    expect(
      shown(days, 48, [claim("stale", 0, 20), claim("failed", 22, 23, "b")]),
    ).toEqual(["0-24 failed 1 b", "24-48 missing 1 -"]);
  });

  test("intervals are counted as the clock of the export's zone makes them", () => {
    const spec: IntervalSpec = {
      unit: "day",
      hour: 0,
      timezone: "America/New_York",
    };
    const startMs = Date.parse("2001-03-31T05:00:00Z");
    const endMs = Date.parse("2001-04-03T04:00:00Z");
    const [only] = coverageOf(spec, { startMs, endMs }, []);
    expect(only?.intervals).toBe(3);
  });

  test("a million intervals that alternate between two states are counted", () => {
    const claims = Array.from({ length: 500_000 }, (_, index) =>
      claim("covered", index * 2, index * 2 + 1),
    );
    const ranges = coverageOf(
      hours,
      { startMs: 0, endMs: 1_000_000 * HOUR_MS },
      claims,
    );
    expect(ranges).toHaveLength(1_000_000);
    expect(countByState(ranges)).toEqual({
      covered: 500_000,
      stale: 0,
      open: 0,
      failed: 0,
      missing: 500_000,
    });
  });

  test("an empty range has no coverage", () => {
    expect(
      coverageOf(days, { startMs: DAY_MS, endMs: DAY_MS }, [
        claim("covered", 0, 48),
      ]),
    ).toEqual([]);
  });
});
