import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { progressOf } from "../../../src/domain/backfills/progress.js";
import { backfillStatuses } from "../../../src/domain/backfills/status.js";

describe("progressOf", () => {
  test.each([
    [0, 3, 0],
    [1, 3, 0.3333],
    [2, 3, 0.6666],
    [3, 3, 1],
    [29, 100, 0.29],
    [57, 100, 0.57],
    [1, 10_000, 0.0001],
    [1, 10_001, 0],
    [99_999, 100_000, 0.9999],
    [4_999_999, 5_000_000, 0.9999],
    [5_000_000, 5_000_000, 1],
  ])("%d of %d runs is %d", (finishedRuns, totalRuns, progress) => {
    expect(progressOf({ finishedRuns, totalRuns, status: "Running" })).toEqual({
      total_runs: totalRuns,
      finished_runs: finishedRuns,
      progress,
    });
  });

  test("is rounded down exactly, and is 1 only when all runs are finished", () => {
    const counts = fc
      .integer({ min: 1, max: 5_000_000 })
      .chain((total) =>
        fc.record({ total: fc.constant(total), done: fc.nat({ max: total }) }),
      );
    fc.assert(
      fc.property(counts, ({ total, done }) => {
        const shown = progressOf({
          totalRuns: total,
          finishedRuns: done,
          status: "Running",
        })?.progress;
        const tenThousandths = (BigInt(done) * 10_000n) / BigInt(total);
        expect(String(shown)).toBe(
          String(Number(`${String(tenThousandths)}e-4`)),
        );
        expect(shown === 1).toBe(done === total);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(backfillStatuses)(
    "is null in status %s until planned",
    (status) => {
      expect(
        progressOf({ totalRuns: null, finishedRuns: 0, status }),
      ).toBeNull();
    },
  );

  test.each(backfillStatuses)(
    "of no runs at all is 1 only once Completed: %s",
    (status) => {
      expect(progressOf({ totalRuns: 0, finishedRuns: 0, status })).toEqual({
        total_runs: 0,
        finished_runs: 0,
        progress: status === "Completed" ? 1 : null,
      });
    },
  );
});
