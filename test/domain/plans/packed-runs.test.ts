import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { packRuns, unpackRuns } from "../../../src/domain/plans/packed-runs.js";

const DAY_MS = 86_400_000;

describe("packed runs", () => {
  test("come out as they went in, with gaps between them and without", () => {
    const steps = fc.array(
      fc.record({
        gapMs: fc.constantFrom(0, 0, DAY_MS),
        lengthMs: fc.constantFrom(DAY_MS, DAY_MS - 3_600_000, 60_000),
        records: fc.option(fc.nat()),
      }),
    );
    fc.assert(
      fc.property(fc.integer(), steps, (firstMs, runs) => {
        let startMs = firstMs;
        const whole = runs.map(({ gapMs, lengthMs, records }) => {
          startMs += gapMs;
          const run = { startMs, endMs: startMs + lengthMs, records };
          startMs = run.endMs;
          return run;
        });
        expect([...unpackRuns(packRuns(whole))]).toEqual(whole);
      }),
    );
  });

  test("hold a length once for as long as it stays the same", () => {
    const runs = Array.from({ length: 1_000 }, (_, day) => ({
      startMs: day * DAY_MS,
      endMs: (day + 1) * DAY_MS,
      records: 0,
    }));
    expect(packRuns(runs)).toMatchObject({
      startMs: 0,
      lengths: [[DAY_MS, 1_000]],
    });
  });
});
