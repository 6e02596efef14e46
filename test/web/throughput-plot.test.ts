import { describe, expect, test } from "@jest/globals";
import {
  niceCeiling,
  tickText,
  timeTicks,
} from "../../src/web/throughput/plot-scale.js";
import { ratesOf } from "../../src/web/throughput/throughput-series.js";

describe("the axes of a plot", () => {
  test("end at a round number that holds all", () => {
    expect(niceCeiling(0)).toBe(1);
    expect(niceCeiling(2.1)).toBe(3);
    expect(niceCeiling(6_100)).toBe(8_000);
    expect(niceCeiling(8_001)).toBe(10_000);
    expect(niceCeiling(0.013)).toBeCloseTo(0.02);
  });

  test("have marks at round times, no more than there is room for", () => {
    const start = Date.UTC(2024, 2, 1, 5, 7);
    const ticks = timeTicks(start, start + 3_600_000, 5);
    expect(ticks.map((at) => tickText(at, 3_600_000))).toEqual([
      "05:15",
      "05:30",
      "05:45",
      "06:00",
    ]);
    expect(tickText(start, 60_000)).toBe("05:07:00");
    expect(tickText(start, 3 * 86_400_000)).toBe("03-01 05:07");
    expect(tickText(start, 90 * 86_400_000)).toBe("2024-03-01");
  });

  test("have marks also where decades are plotted in little room", () => {
    const end = Date.UTC(2024, 0, 1);
    expect(timeTicks(0, end, 2).length).toBeLessThanOrEqual(3);
    expect(timeTicks(0, 0, 0).length).toBeLessThanOrEqual(1);
  });
});

describe("rates over time", () => {
  const bucket = { completed: 20, failed: 0, records: 1_000n, bytes: 0n };
  const of = {
    start: "2024-03-01T00:00:00Z",
    end: "2024-03-01T00:00:14Z",
    bucket_seconds: 10,
    buckets: [bucket, { ...bucket, failed: 4 }],
    pauses: [],
  };

  test("divide by the time that a bucket really had", () => {
    expect(ratesOf(of)).toMatchObject([
      { records: 100, runs: 2, failedRuns: 0 },
      { records: 250, runs: 6, failedRuns: 1 },
    ]);
  });

  test("make no peak of what was done in a moment", () => {
    const end = "2024-03-01T00:00:10.001Z";
    expect(ratesOf({ ...of, end })[1]).toMatchObject({ records: 1_000 });
  });

  test("are none before the plan", () => {
    expect(ratesOf({ ...of, start: null, end: null, buckets: [] })).toEqual([]);
  });
});
