import { expect, test } from "@jest/globals";
import {
  formatBytes,
  formatCount,
  formatRate,
  formatSeconds,
  formatShare,
} from "../../../src/cli/terminal/figures.js";

test("counts have their thousands set apart, at any size", () => {
  expect([0, 999, 1000, 1_672_345].map(formatCount)).toEqual([
    "0",
    "999",
    "1,000",
    "1,672,345",
  ]);
  expect(formatCount(9_223_372_036_854_775_807n)).toBe(
    "9,223,372,036,854,775,807",
  );
});

test("sizes change their unit before they would read 1000", () => {
  expect(
    [0, 999, 1000, 999_949, 999_951, 12_300_000n].map(formatBytes),
  ).toEqual(["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "12.3 MB"]);
});

test("times are told in their two largest units", () => {
  expect([0, 59.4, 59.6, 250, 7_500, 273_600].map(formatSeconds)).toEqual([
    "0s",
    "59s",
    "1m 00s",
    "4m 10s",
    "2h 05m",
    "3d 04h",
  ]);
});

test("rates have a decimal only where it tells something", () => {
  expect([0.25, 9.94, 412_345.4].map(formatRate)).toEqual([
    "0.3/s",
    "9.9/s",
    "412,345/s",
  ]);
});

test("a share is 100.0% only when it is 1", () => {
  expect([0, 0.29, 0.5519, 0.9999, 1].map(formatShare)).toEqual([
    "0.0%",
    "29.0%",
    "55.1%",
    "99.9%",
    "100.0%",
  ]);
});
