import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { closeGate, createGate, gatedSource } from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { runsAtWork } from "../crash/exported-files.js";
import {
  killWorkerProcesses,
  startWorkerProcess,
  type WorkerProcess,
} from "../crash/worker-process.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await createGate(refill.pool);
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

interface Probed {
  readonly worker: WorkerProcess;
  readonly get: (
    path: string,
  ) => Promise<{ readonly status: number; readonly text: string }>;
  readonly untilStatus: (path: string, status: number) => Promise<true>;
}

/** A worker whose probes answer. */
async function startProbed(): Promise<Probed> {
  const worker = startWorkerProcess(refill, { REFILL_WORKER_PORT: "0" });
  const origin = await until(() =>
    Promise.resolve(
      /http:\/\/127\.0\.0\.1:\d+/.exec(worker.log())?.[0] ?? null,
    ),
  );
  const get = async (path: string) => {
    const response = await fetch(origin + path);
    return { status: response.status, text: await response.text() };
  };
  return {
    worker,
    get,
    untilStatus: (path, status) =>
      until(async () => ((await get(path)).status === status ? true : null)),
  };
}

test("a worker is ready once it takes work, and tells what it has exported", async () => {
  const { get, untilStatus } = await startProbed();
  expect(await get("/healthz")).toMatchObject({ status: 200 });
  await untilStatus("/readyz", 200);
  await createEventsExport(refill.context);
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-03-08",
  });
  expect((await untilClosed(refill.context, id)).status).toBe("Completed");
  const { text } = await get("/metrics");
  expect(text).toMatch(/^refill_worker_run_attempts_total 7$/m);
  expect(text).toMatch(/^refill_worker_records_exported_total 168$/m);
  expect(text).toMatch(/^refill_worker_run_duration_seconds_count 7$/m);
  expect(text).toMatch(/^refill_worker_runs_in_flight 0$/m);
  expect(text).toMatch(
    /^refill_worker_run_attempts_ended_total\{outcome="completed"\} 7$/m,
  );
  expect(text).toMatch(
    /^refill_worker_schedule_to_start_seconds_count\{queue="exports"\} [1-9]/m,
  );
  expect(await get("/elsewhere")).toMatchObject({ status: 404 });
});

test("failed attempts are told by their code", async () => {
  const { get, untilStatus } = await startProbed();
  await untilStatus("/readyz", 200);
  await refill.pool.query(`
    create function public.refuses() returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' then raise exception 'no' using errcode = '42501'; end if;
      return true;
    end $$`);
  await createEventsExport(refill.context, {
    name: "refused",
    source: {
      type: "postgres",
      connection: "default",
      table: "public.events",
      timestamp_column: "at",
      where: "public.refuses()",
    },
  });
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-03-02",
    export: "refused",
  });
  expect((await untilClosed(refill.context, id)).status).toBe("Failed");
  const { text } = await get("/metrics");
  expect(text).toMatch(
    /^refill_worker_run_failures_total\{code="SOURCE_FORBIDDEN"\} 1$/m,
  );
  expect(text).toMatch(
    /^refill_worker_run_attempts_ended_total\{outcome="failed"\} 1$/m,
  );
});

test("one that is asked to end is alive, and no longer ready, until its exports have ended", async () => {
  const { worker, get, untilStatus } = await startProbed();
  await createEventsExport(refill.context, {
    name: "slow",
    source: gatedSource,
  });
  const gate = await closeGate(refill.databaseUrl);
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-03-02",
    export: "slow",
  });
  await until(async () =>
    (await runsAtWork(refill, id)).length === 1 ? true : null,
  );
  expect(await get("/metrics")).toMatchObject({
    text: expect.stringMatching(/^refill_worker_runs_in_flight 1$/m),
  });
  worker.signal("SIGTERM");
  await untilStatus("/readyz", 503);
  expect(await get("/healthz")).toMatchObject({ status: 200 });
  await gate.open();
  // Another SIGTERM would end it at once.
  expect(await worker.end("SIGCONT")).toBe(0);
});
