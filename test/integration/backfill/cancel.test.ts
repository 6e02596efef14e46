import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { Client } from "pg";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { RefillError } from "../../../src/domain/errors.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { pauseBackfill } from "../../../src/operations/backfills/pause-backfill.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { closeGate, createGate, openGates, runningCopies } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  type RunningWorker,
  start,
  until,
  untilClosed,
} from "./installation.js";
import {
  april,
  describing,
  runsByStatus,
  startGated,
  untilAtWork,
  untilIdle,
} from "./steered.js";

let refill: Installation;
let worker: RunningWorker;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(refill.pool);
  worker = refill.startWorker();
});

afterEach(openGates);

afterAll(async () => {
  await refill.remove();
});

async function executionOf(id: string): Promise<string> {
  const workflow = refill.temporal.workflow.getHandle(
    backfillWorkflowId(id, 1),
  );
  return until(async () => {
    const { status } = await workflow.describe();
    return status.name === "RUNNING" ? null : status.name;
  });
}

/** The last thing that an ended workflow did. Where that is not to close the backfill, someone from outside had to. */
async function lastActivityOf(id: string): Promise<string | null | undefined> {
  const { events } = await refill.temporal.workflow
    .getHandle(backfillWorkflowId(id, 1))
    .fetchHistory();
  return events
    ?.map((event) => event.activityTaskScheduledEventAttributes)
    .filter((scheduled) => scheduled != null)
    .at(-1)?.activityType?.name;
}

describe("cancel", () => {
  test("stops what is at work, and the workflow itself writes that it is over before it ends", async () => {
    await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "stopped", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    await cancelBackfill(refill.context, { id, reason: null });
    expect(await executionOf(id)).toBe("CANCELLED");
    expect(await lastActivityOf(id)).toBe("finishBackfill");
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
    expect(await runsByStatus(refill, id)).toEqual({ Cancelled: 30 });
    expect(await runningCopies(refill.pool)).toBe(0);
  });

  test("is Cancelled too where every run was at work, so that each has closed itself before the last status", async () => {
    await closeGate(refill.databaseUrl);
    const range = { start: "2024-04-01", end: "2024-04-04", concurrency: 3 };
    const id = await startGated(refill, "all-at-work", range);
    await untilAtWork(refill, id, 3);
    await cancelBackfill(refill.context, { id, reason: null });
    expect(await executionOf(id)).toBe("CANCELLED");
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
  });
});

describe("cancel --drain", () => {
  test("lets the runs at work end, begins none, and then is Cancelled", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "drained", { concurrency: 3 });
    await untilAtWork(refill, id, 3);
    const request = { id, reason: "enough", mode: "drain" } as const;
    expect(await cancelBackfill(refill.context, request)).toMatchObject({
      acknowledged: true,
      backfill: { status: "Running" },
    });
    expect(await runningCopies(refill.pool)).toBe(3);
    await cancelBackfill(refill.context, request);
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Cancelled",
      total_records_count: 72n,
    });
    expect(await runsByStatus(refill, id)).toEqual({
      Completed: 3,
      Cancelled: 27,
    });
    expect(await executionOf(id)).toBe("COMPLETED");
    const { commands, cancel_mode } = await describing(refill, id);
    expect(cancel_mode).toBe("drain");
    expect(commands.filter(({ kind }) => kind === "cancel")).toHaveLength(2);
  });

  test("is strengthened by a cancel after it, which stops what is at work, and not weakened again", async () => {
    await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "strengthened", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    await cancelBackfill(refill.context, { id, reason: null, mode: "drain" });
    await cancelBackfill(refill.context, { id, reason: null });
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
    expect(await runsByStatus(refill, id)).toEqual({ Cancelled: 30 });
    expect(await runningCopies(refill.pool)).toBe(0);
    expect((await describing(refill, id)).cancel_mode).toBe("stop");
  });
});

describe("cancel --abort", () => {
  test("is Terminated at once, and what a late export wrote is fenced off", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "aborted", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    const { backfill } = await cancelBackfill(refill.context, {
      id,
      reason: "it does not listen",
      mode: "abort",
    });
    expect(backfill).toMatchObject({
      status: "Terminated",
      total_records_count: 0n,
    });
    await gate.open();
    await until(async () =>
      (await runningCopies(refill.pool)) === 0 ? true : null,
    );
    expect(await executionOf(id)).toBe("TERMINATED");
    expect(await runsByStatus(refill, id)).toEqual({ Terminated: 30 });
    await expect(
      cancelBackfill(refill.context, { id, reason: null, mode: "abort" }),
    ).rejects.toMatchObject({
      code: "BACKFILL_CLOSED",
      message: expect.stringContaining(
        `refill backfill retry ${id}`,
      ) as unknown,
      details: { status: "Terminated" },
    });
  });

  test("with Temporal away is done by the next look at the backfill", async () => {
    await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "aborted-later", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    const { warning } = await cancelBackfill(
      {
        ...refill.context,
        temporal: () =>
          Promise.reject(
            new RefillError("TEMPORAL_UNAVAILABLE", "It is away."),
          ),
      },
      { id, reason: null, mode: "abort" },
    );
    expect(warning).toMatch(/abort is recorded/);
    expect((await untilClosed(refill.context, id)).status).toBe("Terminated");
  });
});

/** Holds what a plan reads first, as a source would that is slow to answer. */
async function startPlanning(name: string) {
  const holder = new Client({ connectionString: refill.databaseUrl });
  holder.on("error", () => undefined);
  await holder.connect();
  await refill.pool.query(
    `create table public."${name}" as table public.events`,
  );
  await holder.query(`begin; lock table public."${name}"`);
  await createEventsExport(refill.context, {
    name,
    source: {
      type: "postgres",
      connection: "default",
      table: `public."${name}"`,
      timestamp_column: "at",
    },
  });
  const { id } = await start(refill.context, { ...april, export: name });
  await until(async () => {
    const { backfill } = await getBackfill(refill.context, { id });
    const { rowCount } = await holder.query(
      `select from pg_locks
       where database = (select oid from pg_database where datname = current_database())
         and relation = $1::regclass and not granted`,
      [`public."${name}"`],
    );
    return backfill.status === "Running" && (rowCount ?? 0) > 0 ? true : null;
  });
  return { id, release: () => holder.end() };
}

describe("while it is being planned", () => {
  test.each(["drain", "stop"] as const)(
    "a cancel of strength %s ends planning, and there is no plan",
    async (mode) => {
      const { id, release } = await startPlanning(`planning_${mode}`);
      await cancelBackfill(refill.context, { id, reason: null, mode });
      expect(await untilClosed(refill.context, id)).toMatchObject({
        status: "Cancelled",
        progress: null,
      });
      expect(await runsByStatus(refill, id)).toEqual({});
      await release();
    },
  );

  test("an abort is Terminated, and the late plan is fenced off", async () => {
    const { id, release } = await startPlanning("planning_abort");
    await cancelBackfill(refill.context, { id, reason: null, mode: "abort" });
    await release();
    expect((await getBackfill(refill.context, { id })).backfill.status).toBe(
      "Terminated",
    );
    expect(await runsByStatus(refill, id)).toEqual({});
  });

  test("a pause lets the plan be made, and no run begin", async () => {
    const { id, release } = await startPlanning("planning_pause");
    await pauseBackfill(refill.context, { id, reason: null });
    await release();
    await untilIdle(refill, id);
    expect(await runsByStatus(refill, id)).toEqual({ Starting: 30 });
    await cancelBackfill(refill.context, { id, reason: null });
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
  });
});

describe("with no worker up", () => {
  test("a drain and a cancel take effect when one comes, an abort at once", async () => {
    await worker.stop();
    const ids = [];
    for (const mode of ["drain", "stop", "abort"] as const) {
      const id = await startGated(refill, `no-worker-${mode}`);
      const { backfill, acknowledged, warning } = await cancelBackfill(
        refill.context,
        { id, reason: null, mode },
      );
      if (mode === "abort") expect(backfill.status).toBe("Terminated");
      else {
        expect(acknowledged).toBe(false);
        expect(warning).toMatch(/takes effect when a worker is up/);
        ids.push(id);
      }
    }
    worker = refill.startWorker();
    for (const id of ids) {
      expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
    }
  });
});
