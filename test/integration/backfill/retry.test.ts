import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { retryBackfill } from "../../../src/operations/backfills/retry-backfill.js";
import type { OperationContext } from "../../../src/operations/context.js";
import { deleteExport } from "../../../src/operations/exports/delete-export.js";
import { updateExport } from "../../../src/operations/exports/update-export.js";
import { ledgerOf } from "../crash/exported-files.js";
import { closeGate, createGate, gateCondition, openGates } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";
import {
  april,
  describing,
  runsByStatus,
  startAndCancel,
  startGated,
  untilAtWork,
} from "./steered.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(refill.pool);
  refill.startWorker();
});

afterEach(openGates);

afterAll(async () => {
  await refill.remove();
});

/** The context of a process that dies before it starts the workflow. */
async function dying(): Promise<OperationContext> {
  const gateway = await refill.context.temporal();
  return {
    ...refill.context,
    temporal: () =>
      Promise.resolve({
        ...gateway,
        startBackfill: () => Promise.reject(new Error("died")),
      }),
  };
}

describe("a retry", () => {
  test("runs what is not completed, once more each, under a workflow of its own, and leaves the rest alone", async () => {
    const id = await startAndCancel(refill, "again");
    const before = (await ledgerOf(refill, id)).filter(
      ({ status }) => status === "Completed",
    );
    expect(before).toHaveLength(2);
    const gate = await closeGate(refill.databaseUrl);
    const reopened = await retryBackfill(refill.context, {
      id,
      reason: "time again",
    });
    expect(reopened).toMatchObject({
      status: "Starting",
      finished_at: null,
      progress: { total_runs: 30, finished_runs: 2 },
    });
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 720n,
      progress: { total_runs: 30, finished_runs: 30, progress: 1 },
    });
    const after = await ledgerOf(refill, id);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(await describing(refill, id)).toMatchObject({
      generation: 2,
      cancel_requested_at: null,
      temporal: { workflow_id: backfillWorkflowId(id, 2) },
    });
    const { commands } = await describing(refill, id);
    expect(commands.at(-1)).toMatchObject({
      kind: "retry",
      arguments: { runs: 28 },
      reason: "time again",
    });
  });

  test("after the export was edited, and deleted, keeps to the plan and the definition that were stored", async () => {
    const id = await startAndCancel(refill, "edited");
    const { plan_digest: digest } = await describing(refill, id);
    await updateExport(refill.context, {
      export: "edited",
      team: null,
      definition: validateDefinition({
        name: "edited",
        team: 1,
        interval: "hour",
        source: {
          type: "postgres",
          connection: "default",
          table: "public.nowhere",
          timestamp_column: "at",
        },
        destination: {
          type: "files",
          path: "elsewhere",
          key: "{data_interval_start}-{data_interval_end}",
        },
        format: { type: "jsonl", compression: "none" },
      }),
    });
    await deleteExport(refill.context, { export: "edited", team: null });
    await retryBackfill(refill.context, { id, reason: null });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      progress: { total_runs: 30, finished_runs: 30 },
    });
    expect(await describing(refill, id)).toMatchObject({
      plan_digest: digest,
      definition_version: 1,
    });
    expect(await readdir(join(refill.filesRoot, "edited"))).toHaveLength(30);
  });

  test("of failed runs gives them their attempts again, and fewer runs count as finished meanwhile", async () => {
    await createEventsExport(refill.context, { name: "mended" });
    const inTheWay = join(refill.filesRoot, "mended");
    await writeFile(inTheWay, "in the way");
    const { id } = await start(refill.context, {
      ...april,
      end: "2024-04-04",
      export: "mended",
    });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Failed",
      progress: { finished_runs: 3 },
    });
    await rm(inTheWay);
    expect(
      await retryBackfill(refill.context, { id, reason: null }),
    ).toMatchObject({ progress: { finished_runs: 0, progress: 0 } });
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    const attempts = (await ledgerOf(refill, id)).map(({ attempt }) => attempt);
    expect(attempts).toEqual([1, 1, 1]);
  });

  test("of what was never planned plans it", async () => {
    await createEventsExport(refill.context, {
      name: "later",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.later",
        timestamp_column: "at",
      },
    });
    const { id } = await start(refill.context, { ...april, export: "later" });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Failed",
      progress: null,
    });
    await createEvents(refill.pool, {
      table: "public.later",
      start: "2024-04-01",
      end: "2024-04-11",
      every: "1 day",
    });
    await retryBackfill(refill.context, { id, reason: null });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 10n,
    });
  });

  test("of more runs than are opened at once opens the others before it begins", async () => {
    await createEvents(refill.pool, {
      table: "public.minutes",
      start: "2024-03-01",
      end: "2024-04-10",
      every: "1 minute",
    });
    const gate = await closeGate(refill.databaseUrl);
    await createEventsExport(refill.context, {
      name: "minutes",
      interval: "every 1 minutes",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.minutes",
        timestamp_column: "at",
        where: gateCondition,
      },
    });
    const { id } = await start(refill.context, {
      export: "minutes",
      start: "2024-03-01",
      end: "2024-04-10",
      concurrency: 2,
      stopAfter: 0,
    });
    await untilAtWork(refill, id, 2);
    await cancelBackfill(refill.context, { id, reason: null, mode: "abort" });
    await expect(
      retryBackfill(await dying(), { id, reason: null }),
    ).rejects.toThrow("died");
    expect(await runsByStatus(refill, id)).toEqual({
      Starting: 50_000,
      Terminated: 7_600,
    });
    await getBackfill(refill.context, { id });
    await untilAtWork(refill, id, 2);
    expect(await runsByStatus(refill, id)).toEqual({
      Starting: 57_598,
      Running: 2,
    });
    const { commands } = await describing(refill, id);
    expect(commands.at(-1)).toMatchObject({ arguments: { runs: 57_600 } });
    await cancelBackfill(refill.context, { id, reason: null, mode: "abort" });
    await gate.open();
  });

  test("after an abort: what the generation before left at work can't disturb it", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "fenced", { concurrency: 2 });
    await untilAtWork(refill, id, 2);
    await cancelBackfill(refill.context, { id, reason: null, mode: "abort" });
    await retryBackfill(refill.context, { id, reason: null });
    await untilAtWork(refill, id, 2);
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 720n,
    });
    expect(await readdir(join(refill.filesRoot, "fenced"))).toHaveLength(30);
  });

  test("is started by reconciling when whoever asked for it died before it was", async () => {
    const id = await startAndCancel(refill, "orphaned");
    await expect(
      retryBackfill(await dying(), { id, reason: null }),
    ).rejects.toThrow("died");
    await getBackfill(refill.context, { id });
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
  });
});

describe("a retry is refused", () => {
  test("of an open backfill", async () => {
    await closeGate(refill.databaseUrl);
    const id = await startGated(refill, "open");
    await untilAtWork(refill, id, 4);
    await expect(
      retryBackfill(refill.context, { id, reason: null }),
    ).rejects.toMatchObject({
      code: "BACKFILL_OPEN",
      details: { status: "Running" },
    });
    await cancelBackfill(refill.context, { id, reason: null });
    await untilClosed(refill.context, id);
  });

  test("of a completed one, for there is nothing to do", async () => {
    const id = await startGated(refill, "done");
    await untilClosed(refill.context, id);
    await expect(
      retryBackfill(refill.context, { id, reason: null }),
    ).rejects.toMatchObject({ code: "NOTHING_TO_RETRY" });
    expect(await runsByStatus(refill, id)).toEqual({ Completed: 30 });
  });

  test("where another open backfill covers part of its range", async () => {
    const id = await startAndCancel(refill, "covered");
    await closeGate(refill.databaseUrl);
    const other = await start(refill.context, {
      start: "2024-04-29",
      end: "2024-05-01",
      export: "covered",
    });
    await expect(
      retryBackfill(refill.context, { id, reason: null }),
    ).rejects.toMatchObject({
      code: "RANGE_OVERLAPS",
      details: {
        conflicts: [{ backfill: other.id }],
        free: [{ start: "2024-04-01T00:00:00Z", end: "2024-04-29T00:00:00Z" }],
      },
    });
    expect((await getBackfill(refill.context, { id })).backfill.status).toBe(
      "Cancelled",
    );
    await cancelBackfill(refill.context, { id: other.id, reason: null });
    await untilClosed(refill.context, other.id);
  });

  test("where its team has as many open backfills as it may", async () => {
    const id = await startAndCancel(refill, "too-many");
    const context = {
      ...refill.context,
      config: { ...refill.config, maxOpenBackfillsPerTeam: 0 },
    };
    await expect(
      retryBackfill(context, { id, reason: null }),
    ).rejects.toMatchObject({ code: "TOO_MANY_BACKFILLS" });
  });

  test("but once, however many ask for it at the same moment", async () => {
    const id = await startAndCancel(refill, "at-once");
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        retryBackfill(refill.context, { id, reason: null }),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(
      1,
    );
    await untilClosed(refill.context, id);
    const { commands, generation } = await until(() => describing(refill, id));
    expect(generation).toBe(2);
    expect(commands.filter(({ kind }) => kind === "retry")).toHaveLength(1);
  });
});
