import { describe, expect, test } from "@jest/globals";
import { cellAt, columnsIn, shownStatus } from "../../src/web/calendar-grid.js";
import {
  bytesText,
  durationText,
  percentText,
  utcText,
  zoneText,
} from "../../src/web/figures.js";
import { linkTo, parseRoute } from "../../src/web/route.js";

describe("an address of the page", () => {
  test("leads where it was made for, whatever an export is called", () => {
    for (const name of ["events", "a/b", "ü %2F#?"]) {
      expect(parseRoute(linkTo(7, name, "backfills", "x"))).toEqual({
        ...{ team: 7, batchExport: name, view: "backfill", backfill: "x" },
      });
    }
    expect(parseRoute(linkTo(7, "e", "coverage")).view).toBe("coverage");
  });

  test.each(["", "#", "#/", "#/nonsense", "#/%", "#//"])(
    "leads to the start where it says nothing: %s",
    (hash) => {
      expect(parseRoute(hash)).toEqual({
        ...{ team: null, batchExport: null, view: "backfills", backfill: null },
      });
    },
  );
});

describe("the calendar's grid", () => {
  test("finds the cell under a point, and none beside the cells", () => {
    const grid = { columns: columnsIn(145), cells: 25 };
    expect(grid.columns).toBe(10);
    expect(cellAt({ x: 0, y: 0 }, grid)).toBe(0);
    expect(cellAt({ x: 139, y: 15 }, grid)).toBe(19);
    expect(cellAt({ x: 140, y: 0 }, grid)).toBeNull();
    expect(cellAt({ x: 75, y: 30 }, grid)).toBeNull();
    expect(cellAt({ x: -1, y: 0 }, grid)).toBeNull();
  });

  test("shows of many runs the one that needs a look", () => {
    const cell = { start: "2024-03-01T00:00:00Z", records: 0n };
    const runs = { Completed: 99, Failed: 1, Running: 3 };
    expect(shownStatus({ ...cell, runs })).toBe("Failed");
    expect(shownStatus({ ...cell, runs: { Completed: 99, Starting: 1 } })).toBe(
      "Starting",
    );
  });
});

test("figures say no more than is known", () => {
  expect(percentText(0.99999)).toBe("99.9%");
  expect(percentText(1)).toBe("100%");
  expect(percentText(null)).toBe("–");
  expect(durationText(0)).toBe("0 s");
  expect(durationText(3_600)).toBe("1 h");
  expect(durationText(90_061)).toBe("1 d 1 h");
  expect(bytesText(999)).toBe("999 B");
  expect(bytesText(1_500_000)).toBe("1.5 MB");
  expect(utcText("2024-03-01T05:00:00Z")).toBe("2024-03-01 05:00");
  expect(zoneText("2024-03-01T05:00:00Z", "Asia/Tokyo")).toBe(
    "2024-03-01 14:00:00 Asia/Tokyo",
  );
});
