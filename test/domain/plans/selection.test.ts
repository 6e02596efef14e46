import { describe, expect, test } from "@jest/globals";
import {
  parseSelection,
  partsInside,
  reachOf,
  selectionText,
} from "../../../src/domain/plans/selection.js";
import type { IntervalSpec } from "../../../src/domain/time/interval.js";

const spec: IntervalSpec = { unit: "day", hour: 0, timezone: "UTC" };
const on = { spec, nowMs: Date.parse("2024-03-10T00:00:00Z") };
const text = (only: string) => selectionText(parseSelection(only, on));

describe("parseSelection", () => {
  test("knows all, and the states", () => {
    for (const kind of ["all", "missing", "failed", "stale"]) {
      expect(text(kind)).toBe(kind);
    }
  });

  test("sorts ranges, and joins those that touch or overlap", () => {
    expect(
      text(
        "2024-03-04/2024-03-05, 2024-03-01/2024-03-02,2024-03-02/2024-03-03",
      ),
    ).toBe(
      "2024-03-01T00:00:00Z/2024-03-03T00:00:00Z,2024-03-04T00:00:00Z/2024-03-05T00:00:00Z",
    );
  });

  test("reads back what selectionText writes", () => {
    const written = text("2024-03-01/2024-03-02,2024-03-04/2024-03-05");
    expect(text(written)).toBe(written);
    expect(reachOf(parseSelection(written, on))).toEqual({
      startMs: Date.parse("2024-03-01T00:00:00Z"),
      endMs: Date.parse("2024-03-05T00:00:00Z"),
    });
  });

  test.each([
    ["gone", "USAGE"],
    ["2024-03-01", "USAGE"],
    ["2024-03-01/", "USAGE"],
    ["2024-03-01/2024-03-02/2024-03-03", "USAGE"],
    ["2024-03-01T01:00:00Z/2024-03-02", "RANGE_MISALIGNED"],
    ["2024-03-02/2024-03-02", "RANGE_EMPTY"],
    ["2024-03-02/2024-04-02", "RANGE_IN_FUTURE"],
  ])("refuses %s with %s", (only, code) => {
    expect(() => parseSelection(only, on)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

test("partsInside keeps what of the ranges lies in the span", () => {
  const ranges = [
    { startMs: 0, endMs: 10 },
    { startMs: 20, endMs: 30 },
    { startMs: 40, endMs: 50 },
  ];
  expect(partsInside(ranges, { startMs: 5, endMs: 30 })).toEqual([
    { startMs: 5, endMs: 10 },
    { startMs: 20, endMs: 30 },
  ]);
});
