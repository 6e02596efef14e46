import { describe, expect, test } from "@jest/globals";
import {
  cellAt,
  cellByKey,
  GUTTER,
  layoutOf,
  PITCH,
} from "../../src/web/calendar/calendar-grid.js";
import { coverageGridCells } from "../../src/web/coverage/coverage-grid.js";
import {
  countStatuses,
  runCells,
  shadeOf,
} from "../../src/web/runs/run-cells.js";

const HOUR_MS = 3_600_000;

describe("the calendar's grid", () => {
  test("finds the cell under a point, and none beside the cells", () => {
    const grid = { ...layoutOf(145, 0), cells: 25 };
    expect(grid).toMatchObject({ columns: 10, gutter: 0 });
    expect(cellAt({ x: 0, y: 0 }, grid)).toBe(0);
    expect(cellAt({ x: 139, y: 15 }, grid)).toBe(19);
    expect(cellAt({ x: 140, y: 0 }, grid)).toBeNull();
    expect(cellAt({ x: 75, y: 30 }, grid)).toBeNull();
    expect(cellAt({ x: -1, y: 0 }, grid)).toBeNull();
    const wide = { ...layoutOf(1_000, 0), cells: 25 };
    expect(cellAt({ x: GUTTER - 1, y: 0 }, wide)).toBeNull();
    expect(cellAt({ x: GUTTER, y: 0 }, wide)).toBe(0);
  });

  test("has whole hours, days and weeks in a row, where there is room for one", () => {
    const width = GUTTER + 50 * PITCH;
    expect(layoutOf(width, HOUR_MS).columns).toBe(48);
    expect(layoutOf(width, 24 * HOUR_MS).columns).toBe(49);
    expect(layoutOf(width, HOUR_MS / 12).columns).toBe(48);
    expect(layoutOf(width, 31 * 24 * HOUR_MS).columns).toBe(50);
    expect(layoutOf(10 * PITCH, HOUR_MS).columns).toBe(10);
    expect(layoutOf(0, 0).columns).toBe(1);
  });

  test("is moved in by keys, never beyond its cells", () => {
    const grid = { columns: 10, cells: 25 };
    const keys = ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "Tab"];
    const places: (number | null)[] = [];
    for (const key of keys) places.push(cellByKey(key, 8, grid));
    expect(places).toEqual([18, 18, 9, 0, null]);
    expect(cellByKey("ArrowDown", 18, grid)).toBe(24);
    expect(cellByKey("End", 0, { columns: 1, cells: 0 })).toBe(0);
  });
});

describe("a cell of runs", () => {
  const cell = {
    start: "2024-03-01T00:00:00Z",
    records: 100n,
    runs: { Completed: 98, Failed: 1, Running: 1 },
  };

  test("shows all their statuses, first what needs a look", () => {
    expect(runCells([cell], "status")).toEqual([
      {
        startMs: Date.UTC(2024, 2, 1),
        bands: [
          { paint: "Failed", share: 0.01 },
          { paint: "Running", share: 0.01 },
          { paint: "Completed", share: 0.98 },
        ],
        text: "2024-03-01 00:00 UTC: 98 Completed, 1 Failed, 1 Running; 100 records",
      },
    ]);
    expect(countStatuses([cell, cell])).toEqual([
      ["Failed", 2] as const,
      ["Running", 2] as const,
      ["Completed", 196],
    ]);
  });

  test("shows the records of what is completed, beside those with the most", () => {
    const small = { ...cell, records: 4n, runs: { Completed: 1 } };
    const open = { ...cell, records: 0n, runs: { Starting: 1 } };
    const shades = runCells([cell, small, open], "records").map((one) =>
      one.bands.map(({ paint }) => paint),
    );
    expect(shades).toEqual([
      ["records5", "Starting"],
      ["records2"],
      ["Starting"],
    ]);
  });

  test("has a shade of its own for what was exported and found empty", () => {
    expect([0, 1, 100].map((records) => shadeOf(records, 100))).toEqual([
      0, 1, 5,
    ]);
  });
});

test("a cell of a coverage shows its gaps first", () => {
  const [cell] = coverageGridCells([
    {
      start: "2024-03-01T00:00:00Z",
      end: "2024-03-02T00:00:00Z",
      intervals: { covered: 23, missing: 1 },
    },
  ]);
  expect(cell).toMatchObject({
    bands: [
      { paint: "missing", share: 1 / 24 },
      { paint: "covered", share: 23 / 24 },
    ],
    text: "2024-03-01 00:00 to 2024-03-02 00:00 UTC: 1 missing, 23 covered",
  });
});
