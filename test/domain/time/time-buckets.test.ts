import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bucketSecondsFor } from "../../../src/domain/time/time-buckets.js";

describe("the width of buckets of time", () => {
  test.each([
    [0, 120, 1],
    [119, 120, 1],
    [121, 120, 2],
    [3_600, 120, 30],
    [86_400, 120, 900],
    [120 * 86_400, 120, 86_400],
    [121 * 86_400, 120, 2 * 86_400],
  ])("of %d s in at most %d is %d s", (span, most, width) => {
    expect(bucketSecondsFor(span, most)).toBe(width);
  });

  test("never makes more buckets than asked for, and whole seconds", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (span, most) => {
          const width = bucketSecondsFor(span, most);
          expect(Number.isInteger(width)).toBe(true);
          expect(Math.ceil(span / width)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
