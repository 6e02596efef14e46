import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { freeRanges } from "../../../src/domain/coverage/free-ranges.js";

describe("freeRanges", () => {
  test("returns the range itself when nothing is taken", () => {
    expect(freeRanges({ startMs: 0, endMs: 10 }, [])).toEqual([
      { startMs: 0, endMs: 10 },
    ]);
  });

  test("cuts out what is taken at either end and in the middle", () => {
    const taken = [
      { startMs: 4, endMs: 6 },
      { startMs: null, endMs: 1 },
      { startMs: 9, endMs: 20 },
    ];
    expect(freeRanges({ startMs: 0, endMs: 10 }, taken)).toEqual([
      { startMs: 1, endMs: 4 },
      { startMs: 6, endMs: 9 },
    ]);
  });

  test("keeps a start that reaches back without end", () => {
    expect(
      freeRanges({ startMs: null, endMs: 10 }, [{ startMs: 5, endMs: 7 }]),
    ).toEqual([
      { startMs: null, endMs: 5 },
      { startMs: 7, endMs: 10 },
    ]);
  });

  test("covers each instant exactly when no taken range does", () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 10 }))
      .map(([startMs, length]) => ({ startMs, endMs: startMs + length }));
    fc.assert(
      fc.property(range, fc.array(range), (whole, taken) => {
        const free = freeRanges(whole, taken);
        const holds = (
          one: { startMs: number | null; endMs: number },
          instant: number,
        ) => instant >= (one.startMs ?? -Infinity) && instant < one.endMs;
        for (let instant = 0; instant < 45; instant += 1) {
          const expected =
            holds(whole, instant) && !taken.some((one) => holds(one, instant));
          expect(free.filter((one) => holds(one, instant))).toHaveLength(
            expected ? 1 : 0,
          );
        }
      }),
    );
  });
});
