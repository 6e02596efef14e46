import { randomUUID } from "node:crypto";
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { RefillError } from "../../../src/domain/errors.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../../src/operations/backfills/pause-backfill.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { deleteExport } from "../../../src/operations/exports/delete-export.js";
import { ledgerOf } from "../crash/exported-files.js";
import { closeGate, createGate, openGates } from "./gate.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  untilClosed,
} from "./installation.js";
import {
  databaseNow,
  describing,
  mostAtOnce,
  runsByStatus,
  startGated,
  untilAtWork,
  untilIdle,
} from "./steered.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation({
    env: { REFILL_MAX_CONCURRENT_EXPORTS: "30" },
  });
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(refill.pool);
});

afterEach(openGates);

afterAll(async () => {
  await refill.remove();
});

async function expectCompleted(id: string): Promise<void> {
  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Completed",
    total_records_count: 720n,
    progress: { total_runs: 30, finished_runs: 30, progress: 1 },
  });
  const runs = await ledgerOf(refill, id);
  expect(runs.filter(({ attempt }) => attempt !== 1)).toEqual([]);
}

describe("with no worker up, a control is recorded and takes effect when one comes", () => {
  test("a pause, in force before the first run, and a resume that a worker takes up at once", async () => {
    const id = await startGated(refill, "no-worker");
    const paused = await pauseBackfill(refill.context, {
      id,
      reason: "the source is busy",
    });
    expect(paused.acknowledged).toBe(false);
    expect(paused.warning).toMatch(/pause is recorded .* when a worker is up/);

    const worker = refill.startWorker();
    await untilIdle(refill, id);
    expect(await runsByStatus(refill, id)).toEqual({ Starting: 30 });
    expect(await describing(refill, id)).toMatchObject({
      status: "Running",
      paused: true,
      paused_by: "operator",
      paused_reason: "the source is busy",
    });

    const resumed = await resumeBackfill(refill.context, { id, reason: null });
    expect(resumed).toMatchObject({ acknowledged: true, warning: null });
    await expectCompleted(id);
    await worker.stop();
  });

  test("a resume, told by the signal that was left with Temporal", async () => {
    const worker = refill.startWorker();
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "left-message", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    await pauseBackfill(refill.context, { id, reason: null });
    await gate.open();
    await untilAtWork(refill, id, 0);
    await worker.stop();

    const resumed = await resumeBackfill(refill.context, { id, reason: null });
    expect(resumed.acknowledged).toBe(false);
    refill.startWorker();
    await expectCompleted(id);
  });
});

describe("a pause while runs are at work", () => {
  test("lets them end and begins none, whatever is asked how often; a resume goes on where it stood", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "paused", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    for (const reason of ["first", null]) {
      await pauseBackfill(refill.context, { id, reason });
    }
    await gate.open();
    await untilIdle(refill, id);
    expect(await runsByStatus(refill, id)).toEqual({
      Completed: 2,
      Starting: 28,
    });
    expect(await describing(refill, id)).toMatchObject({
      status: "Running",
      paused: true,
      paused_reason: "first",
    });

    await deleteExport(refill.context, { export: "paused", team: null });
    await resumeBackfill(refill.context, { id, reason: "go on" });
    await resumeBackfill(refill.context, { id, reason: null });
    await expectCompleted(id);
    const { commands, paused } = await describing(refill, id);
    expect(paused).toBe(false);
    expect(commands.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["start", null],
      ["pause", "first"],
      ["pause", null],
      ["resume", "go on"],
      ["resume", null],
    ]);
  });

  test("with Temporal away holds at once, and a resume is delivered by the next look at the backfill", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "temporal-away", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    const cutOff = {
      ...refill.context,
      temporal: () =>
        Promise.reject(new RefillError("TEMPORAL_UNAVAILABLE", "It is away.")),
    };
    const paused = await pauseBackfill(cutOff, { id, reason: null });
    expect(paused.warning).toMatch(/^Temporal is away .*pause is recorded/);
    await gate.open();
    await untilIdle(refill, id);
    expect(await runsByStatus(refill, id)).toMatchObject({ Completed: 2 });

    await resumeBackfill(cutOff, { id, reason: null });
    await getBackfill(refill.context, { id });
    await expectCompleted(id);
  });

  test("a command is done once however often it is sent", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "sent-twice", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    const commandId = randomUUID();
    const pause = { id, reason: null, commandId };
    await pauseBackfill(refill.context, pause);
    await resumeBackfill(refill.context, { id, reason: null });
    await pauseBackfill(refill.context, pause);
    expect(await describing(refill, id)).toMatchObject({ paused: false });
    await gate.open();
    await expectCompleted(id);
  });
});

describe("set-concurrency", () => {
  test("upwards begins more runs at once, downwards lets those above the window end before any other begins", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "window", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    await setConcurrency(refill.context, { id, reason: null, concurrency: 5 });
    await untilAtWork(refill, id, 5);
    await setConcurrency(refill.context, { id, reason: null, concurrency: 1 });
    const lowered = await databaseNow(refill);
    await gate.open();
    await expectCompleted(id);
    expect(await mostAtOnce(refill, id)).toBe(5);
    expect(await mostAtOnce(refill, id, lowered)).toBe(1);
  });

  test("to 0 pauses, and any other number goes on; but not after a pause of its own", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "to-zero", { concurrency: 3 });
    await untilAtWork(refill, id, 3);
    await setConcurrency(refill.context, { id, reason: null, concurrency: 0 });
    await gate.open();
    await untilAtWork(refill, id, 0);
    expect(await describing(refill, id)).toMatchObject({
      concurrency: 0,
      paused: true,
      paused_by: "concurrency",
    });
    await pauseBackfill(refill.context, { id, reason: "by hand" });
    await setConcurrency(refill.context, { id, reason: null, concurrency: 2 });
    await untilIdle(refill, id);
    expect(await describing(refill, id)).toMatchObject({
      concurrency: 2,
      paused: true,
      paused_reason: "by hand",
    });
    await pauseBackfill(refill.context, { id, reason: null });
    await resumeBackfill(refill.context, { id, reason: null });
    await expectCompleted(id);
  });

  test("to 1 on two workers: never two runs at once", async () => {
    const second = refill.startWorker();
    const id = await startGated(refill, "one-by-one", { concurrency: 1 });
    await expectCompleted(id);
    expect(await mostAtOnce(refill, id)).toBe(1);
    await second.stop();
  });
});

describe("a backfill that is closed", () => {
  test("takes no control, and the answer names its status", async () => {
    const id = await startGated(refill, "over");
    await expectCompleted(id);
    const request = { id, reason: null };
    for (const control of [
      () => pauseBackfill(refill.context, request),
      () => resumeBackfill(refill.context, request),
      () => setConcurrency(refill.context, { ...request, concurrency: 8 }),
    ]) {
      await expect(control()).rejects.toMatchObject({
        code: "BACKFILL_CLOSED",
        message: expect.stringContaining("which is Completed") as unknown,
        details: { backfill: id, status: "Completed" },
      });
    }
    const { commands } = await describing(refill, id);
    expect(commands.map(({ kind }) => kind)).toEqual(["start"]);
  });
});
