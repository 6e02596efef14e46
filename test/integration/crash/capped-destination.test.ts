import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
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
import { runsAtWork } from "./exported-files.js";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.js";

const cap = 3;
const range = { start: "2024-03-01T00:00:00Z", end: "2024-03-05T00:00:00Z" };

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation({ env: quickSettings });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-05",
    every: "10 minutes",
  });
  await createGate(refill.pool);
  await noteRunsAtWork();
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

/** Starts backfills of two exports that share a folder, with four lanes each, and answers when three runs are at work. */
async function startBoth(folder: string) {
  const ids: string[] = [];
  for (const name of [`${folder}-one`, `${folder}-two`]) {
    await createEventsExport(refill.context, {
      name,
      interval: "hour",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.events",
        timestamp_column: "at",
        where: gateCondition,
      },
      destination: {
        type: "files",
        path: folder,
        max_concurrent_runs: cap,
        key: `${name}/{data_interval_start}`,
      },
    });
    const request = { ...range, export: name, concurrency: 4 };
    ids.push((await start(refill.context, request)).id);
  }
  await until(async () => ((await atWork(ids)) === cap ? true : null));
  return ids;
}

async function atWork(ids: readonly string[]): Promise<number> {
  const runs = await Promise.all(ids.map((id) => runsAtWork(refill, id)));
  return runs.flat().length;
}

/**
 * Has the database note at each claim how many runs are at work. The times of runs would not do: a statement begins a little
 * before it sees what is there.
 */
async function noteRunsAtWork(): Promise<void> {
  await refill.pool.query(`
    create table public.noted (at_work integer);
    create function public.note() returns trigger language plpgsql as $$
    begin
      insert into public.noted select count(*) from refill.run where status = 'Running';
      return null;
    end $$;
    create trigger note after update on refill.run for each row
      when (new.status = 'Running' and old.status = 'Starting') execute function public.note()`);
}

async function mostAtOnce(): Promise<number> {
  const { rows } = await refill.pool.query<{ most: number }>(
    "with taken as (delete from public.noted returning at_work) select max(at_work) as most from taken",
  );
  return rows[0]?.most ?? 0;
}

async function expectComplete(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 576n,
    });
  }
}

test("two backfills on two workers never have more runs at work at a destination than its cap", async () => {
  const gate = await closeGate(refill.databaseUrl);
  startWorkerProcess(refill);
  startWorkerProcess(refill);
  const ids = await startBoth("shared");
  await gate.open();
  await expectComplete(ids);
  expect(await mostAtOnce()).toBe(cap);
});

test("the places of a worker that is killed come free", async () => {
  const gate = await closeGate(refill.databaseUrl);
  const first = startWorkerProcess(refill);
  const ids = await startBoth("killed");
  await first.end("SIGKILL");
  startWorkerProcess(refill);
  await gate.open();
  await expectComplete(ids);
  expect(await mostAtOnce()).toBeLessThanOrEqual(cap);
});
