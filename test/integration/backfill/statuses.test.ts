import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { describeBackfill } from "../../../src/operations/backfills/describe-backfill.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { listRuns } from "../../../src/operations/runs/list-runs.js";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import { closeGate, createGate, gateCondition, runningCopies } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await createGate(refill.pool);
  await createEventsExport(refill.context, {
    source: { ...source, where: gateCondition },
  });
});

afterAll(async () => {
  await refill.remove();
});

const source = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
};

const week = { start: "2024-03-01", end: "2024-03-08" };

async function statusOf(id: string) {
  const { backfill } = await getBackfill(refill.context, { id });
  return backfill.status;
}

async function runsOf(id: string) {
  const runs = [];
  for await (const run of listRuns(refill.context, {
    id,
    status: null,
    limit: null,
    after: null,
  })) {
    runs.push(run);
  }
  return runs;
}

describe("the statuses of a backfill, against a real Temporal server", () => {
  test("Starting before a worker is up, Running while it exports, Completed when the ledger adds up", async () => {
    const { id, status } = await start(refill.context, week);
    expect(status).toBe("Starting");
    expect(await statusOf(id)).toBe("Starting");

    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    await until(async () => ((await statusOf(id)) === "Running" ? true : null));
    await gate.open();

    const closed = await untilClosed(refill.context, id);
    expect(closed).toMatchObject({
      status: "Completed",
      total_records_count: 168n,
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
    });
    const files = await readdir(join(refill.filesRoot, "events"));
    expect(files).toHaveLength(7);
    const first = await readFile(
      join(
        refill.filesRoot,
        "events",
        "20240301T000000Z-20240302T000000Z.jsonl",
      ),
      "utf8",
    );
    expect(first.trimEnd().split("\n")).toHaveLength(24);
  });

  test("Completed at once, with no run and no record, where the range holds no data", async () => {
    const { id } = await start(refill.context, {
      start: "2020-01-01",
      end: "2020-02-01",
    });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      adjusted_start_at: null,
      total_records_count: 0n,
      progress: { total_runs: 0, finished_runs: 0, progress: 1 },
    });
  });

  test("Failed when a run fails for good, and the other runs are completed all the same", async () => {
    await createEventsExport(refill.context, {
      name: "blocked",
      destination: {
        type: "files",
        path: "blocked",
        key: "{data_interval_start}-{data_interval_end}",
      },
    });
    await mkdir(
      join(
        refill.filesRoot,
        "blocked",
        "20240303T000000Z-20240304T000000Z.jsonl",
      ),
      { recursive: true },
    );
    const { id } = await start(refill.context, { ...week, export: "blocked" });
    const closed = await untilClosed(refill.context, id);
    expect(closed.status).toBe("Failed");
    expect(closed.total_records_count).toBe(144n);
    const failed = (await runsOf(id)).filter((run) => run.status === "Failed");
    expect(failed).toMatchObject([
      {
        data_interval_start: "2024-03-03T00:00:00Z",
        latest_error: { code: "DESTINATION_UNWRITABLE", retryable: false },
      },
    ]);
    const { description } = await describeBackfill(refill.context, { id });
    expect(description.failures).toMatchObject([
      { code: "DESTINATION_UNWRITABLE", runs: 1 },
    ]);
  });

  test("Failed when the plan fails for good", async () => {
    await createEventsExport(refill.context, {
      name: "nowhere",
      source: { ...source, table: "public.nowhere" },
    });
    const { id } = await start(refill.context, { ...week, export: "nowhere" });
    const closed = await untilClosed(refill.context, id);
    expect(closed).toMatchObject({ status: "Failed", progress: null });
    const { description } = await describeBackfill(refill.context, { id });
    expect(description.error).toMatchObject({
      code: "SOURCE_NOT_FOUND",
      retryable: false,
    });
  });

  test("FailedRetryable when attempts are exhausted on what may pass", async () => {
    await refill.pool.query(`
      create function public.sometimes(at timestamptz) returns boolean language plpgsql as $$
      begin
        if current_query() ilike 'copy %' and at >= '2024-03-05' and at < '2024-03-06' then
          raise exception 'busy' using errcode = '40001';
        end if;
        return true;
      end $$`);
    await createEventsExport(refill.context, {
      name: "busy",
      source: { ...source, where: "public.sometimes(at)" },
      destination: {
        type: "files",
        path: "busy",
        key: "{data_interval_start}-{data_interval_end}",
      },
    });
    const { id } = await start(refill.context, { ...week, export: "busy" });
    const closed = await untilClosed(refill.context, id);
    expect(closed).toMatchObject({
      status: "FailedRetryable",
      total_records_count: 144n,
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
    });
    const failed = (await runsOf(id)).filter(
      (run) => run.status === "FailedRetryable",
    );
    expect(failed).toMatchObject([
      {
        data_interval_start: "2024-03-05T00:00:00Z",
        attempt: 2,
        latest_error: { code: "SOURCE_CONFLICT", retryable: true },
      },
    ]);
  });

  test("Cancelled on request, after the running export was stopped at the database too", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const { id } = await start(refill.context, week);
    await until(async () =>
      (await runningCopies(refill.pool)) > 0 ? true : null,
    );
    const { acknowledged } = await cancelBackfill(refill.context, {
      id,
      reason: "no longer wanted",
    });
    expect(acknowledged).toBe(true);
    const closed = await untilClosed(refill.context, id);
    expect(closed.status).toBe("Cancelled");
    expect(await runningCopies(refill.pool)).toBe(0);
    expect((await runsOf(id)).map((run) => run.status)).toEqual(
      Array.from({ length: 7 }, () => "Cancelled"),
    );
    await gate.open();
    // The ledger's last word comes before the workflow's.
    const workflow = refill.temporal.workflow.getHandle(
      backfillWorkflowId(id, 1),
    );
    await expect(workflow.result()).rejects.toMatchObject({
      cause: { name: "CancelledFailure" },
    });
  });

  test("Terminated when someone terminates the workflow, seen by the next read", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const { id } = await start(refill.context, week);
    await until(async () =>
      (await runningCopies(refill.pool)) > 0 ? true : null,
    );
    await refill.temporal.workflow
      .getHandle(backfillWorkflowId(id, 1))
      .terminate("by hand");
    const closed = await untilClosed(refill.context, id);
    expect(closed.status).toBe("Terminated");
    expect(closed.finished_at).not.toBeNull();
    expect(closed.progress).toMatchObject({ finished_runs: 0, progress: 0 });
    await until(async () =>
      (await runningCopies(refill.pool)) === 0 ? true : null,
    );
    await gate.open();
    expect((await runsOf(id)).map((run) => run.status)).toEqual(
      Array.from({ length: 7 }, () => "Terminated"),
    );
  });

  test("TimedOut when the time limit passes, written by the reconciler's schedule with nobody reading", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const { id } = await start(refill.context, { ...week, timeLimitMs: 3_000 });
    const closed = await until(async () => {
      const row = await findBackfill(refill.pool, id);
      return row?.finished_at == null ? null : row;
    });
    expect(closed.status).toBe("TimedOut");
    await gate.open();
  });
});
