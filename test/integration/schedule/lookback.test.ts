import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { triggerSchedule } from "../../../src/operations/schedules/steer-schedule.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  until,
} from "../backfill/installation.js";
import {
  at,
  fireFor,
  liveRunObjects,
  schedule,
  untilFired,
} from "./scheduled.js";

let refill: Installation;

beforeEach(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "6 hours",
  });
  await createEventsExport(refill.context);
  refill.startWorker();
});

afterEach(() => refill.remove());

test("a lookback takes the intervals before the new one, and a second poke for the same time none", async () => {
  const made = await schedule(at(refill, "2024-03-05T15:00:00Z"), {
    lookback: 2,
  });
  // Temporal fires twice for a day, an hour apart: see firing-times.ts.
  await fireFor(refill, made, {
    start: "2024-03-05T23:30:00Z",
    end: "2024-03-06T02:30:00Z",
  });
  await untilFired(refill, "2024-03-06T00:00:00Z");
  const runs = await liveRunObjects(refill);
  expect(runs.map((run) => run.data_interval_start)).toEqual([
    "2024-03-03T00:00:00Z",
    "2024-03-04T00:00:00Z",
    "2024-03-05T00:00:00Z",
  ]);
});

test("records that came late are exported by the lookback", async () => {
  const made = await schedule(refill, { lookback: 1 });
  const firing = { schedule: made.id, team: null };
  const latest = async (completed: number) => {
    await triggerSchedule(refill.context, firing);
    return until(async () => {
      const runs = await liveRunObjects(refill);
      return runs.length === completed &&
        runs.every(({ status }) => status === "Completed")
        ? runs.at(-1)?.records_completed
        : null;
    });
  };
  expect(await latest(1)).toBe(0n);
  await refill.pool.query(
    `insert into public.events values (1, $1::timestamptz - interval '1 hour', 'late')`,
    [made.live_from],
  );
  await latest(2);
  const runs = await liveRunObjects(refill);
  expect(runs.map((run) => run.records_completed).sort()).toEqual([0n, 1n]);
});
