import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type Stretch,
  throughputOf,
} from "../../../src/domain/backfills/throughput.js";

const stretch = (runs: number, records: number, seconds = 20): Stretch => ({
  runs,
  records,
  seconds,
});

describe("throughput", () => {
  test("goes by records where they are known", () => {
    const of = throughputOf([stretch(1, 100), stretch(9, 300)], {
      runs: 50,
      records: 1_000,
    });
    expect(of).toEqual({
      recordsPerSecond: 10,
      runsPerSecond: 0.25,
      remainingSeconds: 100,
      remaining: { low: 1_000 / 15, high: 200 },
    });
  });

  test.each([null, 0, -5])(
    "goes by runs where the records left are %s",
    (records) => {
      const left = { runs: 30, records };
      expect(throughputOf([stretch(10, 500)], left)).toMatchObject({
        remainingSeconds: 60,
        remaining: { low: 60, high: 60 },
      });
    },
  );

  test("has no upper end where a stretch finished nothing", () => {
    const of = throughputOf([stretch(0, 0), stretch(10, 0)], {
      runs: 10,
      records: null,
    });
    expect(of).toMatchObject({
      remainingSeconds: 40,
      remaining: { low: 20, high: null },
    });
  });

  test("is not known before anything was finished", () => {
    const left = { runs: 1, records: 1 };
    for (const nothing of [stretch(0, 0), stretch(0, 0, 0)]) {
      expect(throughputOf([nothing], left).remainingSeconds).toBeNull();
      expect(throughputOf([nothing], left).remaining).toBeNull();
    }
  });

  test("says a time within its range, whatever the stretches", () => {
    const stretches = fc.record({
      runs: fc.nat(1_000),
      records: fc.nat(1_000_000),
      seconds: fc.double({ min: 0, max: 20, noNaN: true }),
    });
    const left = fc.record({
      runs: fc.nat(1_000_000),
      records: fc.option(fc.nat(1_000_000_000)),
    });
    fc.assert(
      fc.property(
        fc.array(stretches, { minLength: 1, maxLength: 3 }),
        left,
        (recent, rest) => {
          const { remainingSeconds, remaining } = throughputOf(recent, rest);
          if (remainingSeconds === null) return;
          expect(remaining?.low).toBeLessThanOrEqual(remainingSeconds);
          expect(remaining?.high ?? Infinity).toBeGreaterThanOrEqual(
            remainingSeconds,
          );
        },
      ),
    );
  });
});
