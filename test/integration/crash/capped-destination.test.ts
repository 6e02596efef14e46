import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { closeGate, createGate, gateCondition } from "../backfill/gate.js";
import {
  type Installation,
  createEvents,
  createEventsExport,
  createInstallation,
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
  refill = await createInstallation();
  await createEvents(refill.pool, {
    ...{ start: "2024-03-01", end: "2024-03-05", every: "10 minutes" },
  });
  await createGate(refill.pool);
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

/** Starts backfills of two exports that share a folder, with four lanes each, and answers when three runs are at work. */
async function startBoth(folder: string) {
  const ids: string[] = [];
  for (const name of [`${folder}-one`, `${folder}-two`]) {
    await createEventsExport(refill.context, {
      ...{ name, interval: "hour" },
      source: {
        ...{ type: "postgres", connection: "default", table: "public.events" },
        ...{ timestamp_column: "at", where: gateCondition },
      },
      destination: {
        ...{ type: "files", path: folder, max_concurrent_runs: cap },
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

/** The most runs of these backfills that were at work at a moment, as their times tell. */
async function mostAtOnce(ids: readonly string[]): Promise<number> {
  const { rows } = await refill.pool.query<{ most: number }>(
    `with work as (
       select id, claimed_at, finished_at from refill.run where backfill_id = any ($1::uuid[])
     )
     select max(together)::integer as most from (
       select count(*) as together
       from work begun join work other on other.claimed_at <= begun.claimed_at and other.finished_at > begun.claimed_at
       group by begun.id
     ) as moments`,
    [ids],
  );
  return rows[0]?.most ?? 0;
}

async function expectComplete(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect(await untilClosed(refill.context, id)).toMatchObject({
      ...{ status: "Completed", total_records_count: 576n },
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
  expect(await mostAtOnce(ids)).toBe(cap);
});

test("the places of a worker that is killed come free", async () => {
  const gate = await closeGate(refill.databaseUrl);
  const first = startWorkerProcess(refill);
  const ids = await startBoth("killed");
  await first.end("SIGKILL");
  startWorkerProcess(refill);
  await gate.open();
  await expectComplete(ids);
  expect(await mostAtOnce(ids)).toBeLessThanOrEqual(cap);
});
