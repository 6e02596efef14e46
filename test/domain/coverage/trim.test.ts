import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { common, trimmed } from "../../../src/domain/coverage/trim.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";
import { parseInterval } from "../../../src/domain/time/interval.js";
import { intervalsOf } from "../../../src/domain/time/split.js";

const hourMs = 3_600_000;

const hours = specOf("hour");

function specOf(interval: string): IntervalSpec {
  const parsed = parseInterval({ interval, timezone: "UTC", offset: null });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

describe("trimmed", () => {
  test("leaves out an interval that is taken in part, as by a definition with other intervals", () => {
    const taken = [{ startMs: 2.5 * hourMs, endMs: 3.5 * hourMs }];
    expect(trimmed({ startMs: null, endMs: 6 * hourMs }, taken, hours)).toEqual(
      [
        { startMs: null, endMs: 2 * hourMs },
        { startMs: 4 * hourMs, endMs: 6 * hourMs },
      ],
    );
  });

  test("is empty where all is taken", () => {
    const taken = [{ startMs: null, endMs: 6 * hourMs }];
    expect(trimmed({ startMs: 0, endMs: 6 * hourMs }, taken, hours)).toEqual(
      [],
    );
  });

  test("has exactly the intervals that share no time with what is taken", () => {
    const range = { startMs: 0, endMs: 24 * hourMs };
    const moment = fc.integer({ min: -4, max: 28 * 4 }).map((n) => n * 900_000);
    const takenRange = fc
      .tuple(moment, fc.integer({ min: 1, max: 20 }))
      .map(([startMs, quarters]) => ({
        startMs,
        endMs: startMs + quarters * 900_000,
      }));
    fc.assert(
      fc.property(fc.array(takenRange, { maxLength: 6 }), (taken) => {
        const free = trimmed(range, taken, hours).flatMap(
          ({ startMs, endMs }) => [
            ...intervalsOf(hours, { startMs: startMs ?? 0, endMs }),
          ],
        );
        const expected = [...intervalsOf(hours, range)].filter((interval) =>
          taken.every(
            ({ startMs, endMs }) =>
              endMs <= interval.startMs || startMs >= interval.endMs,
          ),
        );
        expect(free).toEqual(expected);
      }),
    );
  });
});

describe("common", () => {
  test("has what lies in both", () => {
    const within = [
      { startMs: null, endMs: 3 },
      { startMs: 5, endMs: 20 },
    ];
    const parts = [
      { startMs: 1, endMs: 6 },
      { startMs: 8, endMs: 9 },
    ];
    expect(common(parts, within)).toEqual([
      { startMs: 1, endMs: 3 },
      { startMs: 5, endMs: 6 },
      { startMs: 8, endMs: 9 },
    ]);
  });
});
