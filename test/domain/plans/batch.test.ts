import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  batchSize,
  cutBatches,
  MAX_RECORDS_PER_BATCH,
  MAX_RUNS_PER_BATCH,
} from "../../../src/domain/plans/batch.js";

const runsOf = (records: readonly (number | null)[]) =>
  records.map((recordsExpected, ordinal) => ({ ordinal, recordsExpected }));

describe("cutBatches", () => {
  test("keeps every run once and in order, within both bounds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 2_000_000 }))),
        fc.integer({ min: 1, max: 20 }),
        (records, maxRuns) => {
          const runs = runsOf(records);
          const batches = cutBatches(runs, maxRuns);
          expect(batches.flat()).toEqual(runs);
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length).toBeLessThanOrEqual(maxRuns);
            const sum = batch.reduce(
              (total, run) => total + (run.recordsExpected ?? 0),
              0,
            );
            expect(sum <= MAX_RECORDS_PER_BATCH || batch.length === 1).toBe(
              true,
            );
          }
        },
      ),
    );
  });

  test("gives a run that is larger than a batch one of its own", () => {
    const batches = cutBatches(runsOf([1, 5_000_000, 1]), 10);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
  });
});

describe("batchSize", () => {
  test("shrinks with what is left, so that the last lane does not work alone for long", () => {
    expect(batchSize(100_000, 4)).toBe(MAX_RUNS_PER_BATCH);
    expect(batchSize(181, 4)).toBe(12);
    expect(batchSize(3, 4)).toBe(1);
  });

  test("is never below one, so that work always goes on", () => {
    expect(batchSize(0, 4)).toBe(1);
    expect(batchSize(5, 0)).toBeGreaterThanOrEqual(1);
  });
});
