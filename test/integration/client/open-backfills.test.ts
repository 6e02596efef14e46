import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createEvents } from "../backfill/installation.js";
import { addEventExport } from "./event-exports.js";
import { ledgerCounts } from "./ledger-counts.js";
import { createOperator, type Operator } from "./operator.js";

let operator: Operator;

beforeAll(async () => {
  operator = await createOperator({ env: { REFILL_MAX_OPEN_BACKFILLS: "2" } });
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await addEventExport(context, "events");
  await addEventExport(context, "other team", { team: 2 });
});

afterAll(() => operator.remove());

async function refused(args: readonly string[]) {
  const { pool } = operator.refill;
  const before = await ledgerCounts(pool);
  const end = await operator.json(["backfill", "start", ...args]);
  expect(end).toMatchObject({ exitCode: 2, stderr: "" });
  expect(await ledgerCounts(pool)).toEqual(before);
  return end.document;
}

let openId: string;

test("RANGE_OVERLAPS names the open backfill and what of the range is free", async () => {
  const range = ["--start", "2024-03-03", "--end", "2024-03-05"];
  const open = await operator.started("events", ...range);
  openId = open.id;
  const conflict = {
    backfill: open.id,
    status: "Starting",
    start: "2024-03-03T00:00:00Z",
    end: "2024-03-05T00:00:00Z",
  };

  const wider = await refused([
    "events",
    "--start",
    "2024-03-01",
    "--end",
    "2024-03-08",
  ]);
  expect(wider).toMatchObject({
    error: {
      code: "RANGE_OVERLAPS",
      message: expect.stringMatching(
        `${open.id}.*Free of it: 2024-03-01T00:00:00Z to 2024-03-03T00:00:00Z, 2024-03-05T00:00:00Z to 2024-03-08T00:00:00Z`,
      ),
      details: {
        conflicts: [conflict],
        free: [
          { start: "2024-03-01T00:00:00Z", end: "2024-03-03T00:00:00Z" },
          { start: "2024-03-05T00:00:00Z", end: "2024-03-08T00:00:00Z" },
        ],
      },
    },
  });

  const unbounded = await refused(["events"]);
  expect(unbounded).toMatchObject({
    error: {
      code: "RANGE_OVERLAPS",
      details: {
        free: [
          { start: null, end: "2024-03-03T00:00:00Z" },
          { start: "2024-03-05T00:00:00Z" },
        ],
      },
    },
  });

  const same = await refused(["events", ...range]);
  expect(same).toMatchObject({
    error: {
      code: "RANGE_OVERLAPS",
      message: expect.stringMatching(
        /Nothing of it is free\. Wait, or cancel that backfill\.$/,
      ),
      details: { free: [] },
    },
  });
});

test("TOO_MANY_BACKFILLS names the limit, for this team alone", async () => {
  await operator.started(
    "events",
    "--start",
    "2024-03-05",
    "--end",
    "2024-03-06",
  );
  const third = await refused([
    "events",
    "--start",
    "2024-03-06",
    "--end",
    "2024-03-07",
  ]);
  expect(third).toMatchObject({
    error: {
      code: "TOO_MANY_BACKFILLS",
      message: expect.stringContaining("fewer than 2"),
      details: { open: 2, limit: 2 },
    },
  });
  await operator.started("other team", "--start", "2024-03-06");
});

test("once they have closed, the range is free again; without data there it is Completed at once", async () => {
  operator.startWorker();
  expect(await operator.closed(openId)).toMatchObject({ status: "Completed" });
  const end = await operator.json([
    "backfill",
    "start",
    "events",
    "--wait",
    "--start",
    "2020-01-01",
    "--end",
    "2020-02-01",
  ]);
  expect(end).toMatchObject({
    exitCode: 0,
    document: {
      status: "Completed",
      start_at: "2020-01-01T00:00:00Z",
      end_at: "2020-02-01T00:00:00Z",
      adjusted_start_at: null,
      progress: { total_runs: 0, finished_runs: 0, progress: 1 },
      total_records_count: 0,
    },
  });
});
