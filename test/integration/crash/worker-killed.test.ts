import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { closeGate, createGate, gateCondition } from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  quickSettings,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { expectExactFiles, ledgerOf, runsAtWork } from "./exported-files.js";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation({ env: quickSettings });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "20 minutes",
  });
  await createGate(refill.pool);
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

const source = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
};

const week = { start: "2024-03-01", end: "2024-03-08" };

describe("a worker that is killed", () => {
  test("costs the runs that it was in one attempt; another worker takes over, and every interval has its one file", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    const first = startWorkerProcess(refill);
    const { id } = await start(refill.context, { ...week, concurrency: 2 });
    const lost = await until(async () => {
      const atWork = await runsAtWork(refill, id);
      return atWork.length === 2 ? atWork : null;
    });
    expect(await first.end("SIGKILL")).toBe("SIGKILL");
    const second = startWorkerProcess(refill);
    await gate.open();

    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 504n,
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
    });
    const lostOrdinals = lost.map((run) => run.ordinal);
    expect(await ledgerOf(refill, id)).toMatchObject(
      Array.from({ length: 7 }, (_, ordinal) => ({
        ordinal,
        attempt: lostOrdinals.includes(ordinal) ? 2 : 1,
        claimed_by: second.name,
      })),
    );
    await expectExactFiles(refill, { id });
  });

  test("at any moment of many small runs loses at most what was in flight", async () => {
    await createEventsExport(refill.context, {
      name: "hourly",
      interval: "hour",
    });
    const first = startWorkerProcess(refill);
    const { id } = await start(refill.context, {
      export: "hourly",
      concurrency: 8,
      start: "2024-03-01T00:00:00Z",
      end: "2024-04-01T00:00:00Z",
    });
    const moment = 1 + Math.floor(Math.random() * 300);
    await until(async () => {
      const runs = await ledgerOf(refill, id);
      const done = runs.filter((run) => run.status === "Completed").length;
      return done >= moment ? done : null;
    });
    await first.end("SIGKILL");
    const lost = await runsAtWork(refill, id);
    startWorkerProcess(refill);

    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 2232n,
      progress: { total_runs: 744, finished_runs: 744 },
    });
    const again = (await ledgerOf(refill, id)).filter(
      (run) => run.attempt !== 1,
    );
    expect(again).toMatchObject(
      lost.map(({ ordinal }) => ({ ordinal, attempt: 2 })),
    );
    expect(again.length).toBeLessThanOrEqual(8);
    await expectExactFiles(refill, { id, folder: "hourly" });
  });

  test("while its backfill is being cancelled leaves it Cancelled", async () => {
    await createEventsExport(refill.context, {
      name: "cancelled",
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    const first = startWorkerProcess(refill);
    const { id } = await start(refill.context, {
      ...week,
      export: "cancelled",
    });
    await until(async () => {
      const atWork = await runsAtWork(refill, id);
      return atWork.length === 4 ? atWork : null;
    });
    await first.end("SIGKILL");
    await cancelBackfill(refill.context, { id, reason: null });
    startWorkerProcess(refill);
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
    const runs = await ledgerOf(refill, id);
    expect(new Set(runs.map(({ status }) => status))).toEqual(
      new Set(["Cancelled"]),
    );
    await gate.open();
  });

  test("by the same run every time: that run ends FailedRetryable with WORKER_LOST, and the others are completed", async () => {
    await refill.pool.query(`
      create function public.deadly(at timestamptz) returns boolean language plpgsql volatile as $$
      begin
        return case when at >= '2024-03-03' and at < '2024-03-04' then public.gate() else true end;
      end $$`);
    await createEventsExport(refill.context, {
      name: "deadly",
      source: { ...source, where: "public.deadly(at)" },
    });
    const gate = await closeGate(refill.databaseUrl);
    const workers = [1, 2, 3].map(() => startWorkerProcess(refill));
    const { id } = await start(refill.context, {
      ...week,
      export: "deadly",
      concurrency: 1,
    });
    for (const attempt of [1, 2]) {
      const victim = await until(async () => {
        const [run] = await runsAtWork(refill, id);
        if (run?.ordinal !== 2 || run.attempt !== attempt) return null;
        return workers.find(({ name }) => name === run.claimed_by) ?? null;
      });
      await victim.end("SIGKILL");
    }
    const closed = await untilClosed(refill.context, id);
    await gate.open();
    expect(closed).toMatchObject({
      status: "FailedRetryable",
      total_records_count: 432n,
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
    });
    expect(await ledgerOf(refill, id)).toMatchObject(
      Array.from({ length: 7 }, (_, ordinal) =>
        ordinal === 2
          ? {
              status: "FailedRetryable",
              attempt: 2,
              latest_error: { code: "WORKER_LOST", retryable: true },
            }
          : { status: "Completed", attempt: 1, latest_error: null },
      ),
    );
  });
});
