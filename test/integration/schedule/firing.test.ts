import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { exportCoverage } from "../../../src/operations/coverage/export-coverage.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
} from "../backfill/installation.js";
import {
  at,
  fireFor,
  liveRunObjects,
  liveRuns,
  schedule,
  untilFired,
} from "./scheduled.js";

let refill: Installation;

beforeEach(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "1 hour",
  });
});

afterEach(() => refill.remove());

test("a firing exports what has closed by its nominal time, and nothing later", async () => {
  await createEventsExport(refill.context);
  refill.startWorker();
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"));
  expect(made).toMatchObject({
    live_from: "2024-03-02T00:00:00Z",
    next_interval_end: "2024-03-03T00:00:00Z",
    temporal: { mirrored: true },
  });
  await fireFor(refill, made, {
    start: "2024-03-02T23:30:00Z",
    end: "2024-03-03T02:30:00Z",
  });
  await untilFired(refill, "2024-03-03T00:00:00Z");
  expect(await liveRuns(refill)).toEqual([
    "2024-03-02T00:00:00Z 2024-03-03T00:00:00Z Completed 24",
  ]);
  const [run] = await liveRunObjects(refill);
  expect(run).toMatchObject({ backfill: null, ordinal: null, attempt: 1 });
  const folder = join(refill.filesRoot, "events");
  const [file] = await readdir(folder);
  const lines = await readFile(join(folder, file ?? ""), "utf8");
  expect(lines.trimEnd().split("\n")).toHaveLength(24);
});

test("a catch-up after a time without Temporal exports all of it, each interval once", async () => {
  await createEventsExport(refill.context);
  refill.startWorker();
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"));
  await fireFor(refill, made, {
    start: "2024-03-02T12:00:00Z",
    end: "2024-03-09T12:00:00Z",
  });
  await untilFired(refill, "2024-03-09T00:00:00Z");
  const runs = await liveRuns(refill);
  expect(runs.map((line) => line.slice(0, 10))).toEqual([
    "2024-03-02",
    "2024-03-03",
    "2024-03-04",
    "2024-03-05",
    "2024-03-06",
    "2024-03-07",
    "2024-03-08",
  ]);
  expect(new Set(runs.map((line) => line.slice(42)))).toEqual(
    new Set(["Completed 24"]),
  );
  const coverage = await exportCoverage(refill.context, {
    export: "events",
    team: null,
    start: "2024-03-02",
    end: "2024-03-10",
  });
  expect(coverage.intervals).toMatchObject({ covered: 7, missing: 1 });
});

describe("where the clock changes", () => {
  test.each([
    {
      what: "skips the hour in which days begin",
      changes: { timezone: "America/New_York", offset: "2h" },
      from: "2024-03-09T12:00:00Z",
      end: "2024-03-11T12:00:00Z",
      runs: [
        "2024-03-09T07:00:00Z 2024-03-10T07:00:00Z Completed 24",
        "2024-03-10T07:00:00Z 2024-03-11T06:00:00Z Completed 23",
      ],
    },
    {
      what: "repeats the hour in which days begin",
      changes: { timezone: "America/New_York", offset: "1h" },
      from: "2024-11-02T12:00:00Z",
      end: "2024-11-04T12:00:00Z",
      runs: [
        "2024-11-02T05:00:00Z 2024-11-03T05:00:00Z Completed 0",
        "2024-11-03T05:00:00Z 2024-11-04T06:00:00Z Completed 0",
      ],
    },
  ])("that $what loses and doubles nothing", async (clock) => {
    await createEventsExport(refill.context, clock.changes);
    refill.startWorker();
    const made = await schedule(at(refill, clock.from), { lookback: 0 });
    await fireFor(refill, made, { start: clock.from, end: clock.end });
    await untilFired(refill, clock.runs.at(-1)?.slice(21, 41) ?? "");
    expect(await liveRuns(refill)).toEqual(clock.runs);
  });
});
