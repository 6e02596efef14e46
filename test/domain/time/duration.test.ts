import { describe, expect, test } from "@jest/globals";
import {
  formatDuration,
  parseDuration,
} from "../../../src/domain/time/duration.js";

describe("parseDuration", () => {
  test.each([
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
    ["1h30m", 5_400_000],
    ["1d2h3m4s", 93_784_000],
    ["0s", 0],
  ])("%s is %d ms", (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each([
    "",
    "90",
    "s",
    "-5m",
    "1.5h",
    "30m1h",
    "1h 30m",
    "1H",
    "100ms",
    "1w",
    "1m1m",
    "99999999999999999999d",
  ])("%j is refused with the forms that are accepted", (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message: expect.stringContaining("such as 90s, 30m, 2h"),
      }),
    );
  });
});

describe("formatDuration", () => {
  test.each([
    [0, "0 s"],
    [999, "0 s"],
    [45_000, "45 s"],
    [59_999, "59 s"],
    [60_000, "1 min 00 s"],
    [125_000, "2 min 05 s"],
    [7_500_000, "2 h 05 min"],
    [86_399_999, "23 h 59 min"],
    [86_400_000, "1 d 00 h"],
    [273_600_000, "3 d 04 h"],
    [-1, "0 s"],
  ])("%d ms is %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});
