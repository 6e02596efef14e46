import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { closeGate, createGate, gatedSource } from "../backfill/gate.js";
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
    end: "2024-03-05",
    every: "10 minutes",
  });
  await createGate(refill.pool);
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

const range = { start: "2024-03-01T00:00:00Z", end: "2024-03-05T00:00:00Z" };

/** Starts a backfill that fills both workers, and answers when all eight lanes are at work. */
async function startOnBoth(name: string) {
  await createEventsExport(refill.context, {
    name,
    interval: "hour",
    source: gatedSource,
  });
  const { id } = await start(refill.context, {
    ...range,
    export: name,
    concurrency: 8,
  });
  await until(async () =>
    (await runsAtWork(refill, id)).length === 8 ? true : null,
  );
  return id;
}

async function expectOneAttemptEach(id: string): Promise<void> {
  const runs = await ledgerOf(refill, id);
  expect(runs.filter((run) => run.attempt !== 1)).toEqual([]);
  expect(runs).toHaveLength(96);
}

/** With room for four exports each, eight lanes take two workers. */
const half = { REFILL_MAX_CONCURRENT_EXPORTS: "4" };

describe("two workers on one backfill", () => {
  test("export each run once, and one that is asked to end lets its exports end", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const workers = [1, 2].map(() => startWorkerProcess(refill, half));
    const id = await startOnBoth("shared");
    const ending = workers[0]?.end("SIGTERM");
    await until(() =>
      Promise.resolve(
        workers[0]?.log().includes("Shutting down") === true ? true : null,
      ),
    );
    await gate.open();
    expect(await ending).toBe(0);

    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 576n,
    });
    await expectOneAttemptEach(id);
    await expectExactFiles(refill, { id, folder: "shared" });
    const names = (await ledgerOf(refill, id)).map((run) => run.claimed_by);
    expect(new Set(names)).toEqual(new Set(workers.map(({ name }) => name)));
  });

  test("one that has to end before its exports can gives them back, and that costs no attempt", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const workers = [1, 2].map((n) =>
      startWorkerProcess(refill, {
        ...half,
        REFILL_SHUTDOWN_GRACE: n === 1 ? "1s" : "30s",
      }),
    );
    const id = await startOnBoth("given-back");
    expect(await workers[0]?.end("SIGTERM")).toBe(0);
    startWorkerProcess(refill, half);
    await gate.open();

    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    await expectOneAttemptEach(id);
    await expectExactFiles(refill, { id, folder: "given-back" });
  });
});
