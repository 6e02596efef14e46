import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import {
  pauseBackfill,
  resumeBackfill,
} from "../../../src/operations/backfills/pause-backfill.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { expectExactFiles, ledgerOf } from "./exported-files.js";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-05",
    every: "20 minutes",
  });
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

/** For NODE_OPTIONS: a process whose clock is so many hours ahead of everyone else's. */
function clockAhead(hours: number): string {
  const program = `const ahead = ${String(hours)} * 3600000;
    const now = Date.now;
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...of) { if (of.length === 0) super(now() + ahead); else super(...of); }
      static now() { return now() + ahead; }
    };`;
  return `--import data:text/javascript;base64,${Buffer.from(program).toString("base64")}`;
}

/** While there is such a table, the second day's first run fails at the source, in a way that may pass. */
async function breakSource(): Promise<void> {
  await refill.pool.query(`
    create or replace function public.fails(at timestamptz) returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' and at = '2024-03-02 00:00Z' and to_regclass('public.broken') is not null then
        raise exception 'not yet' using errcode = '57P03';
      end if;
      return true;
    end $$;
    create table public.broken ()`);
}

test.each([
  ["a day ahead", 24],
  ["a day behind", -24],
])(
  "a worker whose clock is %s of the database's exports, retries, pauses and closes as any",
  async (_what, hours) => {
    await breakSource();
    const name = `skewed-${String(hours)}`;
    startWorkerProcess(refill, {
      NODE_OPTIONS: clockAhead(hours),
      REFILL_RUN_MAX_ATTEMPTS: "5",
    });
    await createEventsExport(refill.context, {
      name,
      interval: "hour",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.events",
        timestamp_column: "at",
        where: "public.fails(at)",
      },
    });
    const { id } = await start(refill.context, {
      start: "2024-03-01T00:00:00Z",
      end: "2024-03-05T00:00:00Z",
      export: name,
    });
    await until(async () => {
      const runs = await ledgerOf(refill, id);
      return (runs[24]?.attempt ?? 0) >= 2 ? true : null;
    });
    await pauseBackfill(refill.context, { id, reason: null });
    await refill.pool.query("drop table public.broken"); // only now can it complete
    await resumeBackfill(refill.context, { id, reason: null });
    const closed = await untilClosed(refill.context, id);
    expect(closed).toMatchObject({
      status: "Completed",
      total_records_count: 288n,
    });
    const now = Date.now();
    for (const moment of [closed.created_at, closed.finished_at ?? ""]) {
      expect(Math.abs(Date.parse(moment) - now)).toBeLessThan(3_600_000);
    }
    const retried = await ledgerOf(refill, id);
    expect(retried.filter(({ attempt }) => attempt > 1)).toHaveLength(1);
    expect(retried[24]?.latest_error).toBeNull();
    await expectExactFiles(refill, { id, folder: name });
  },
);
