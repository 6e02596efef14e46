import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { createPool } from "../../../src/store/database/pool.js";
import { listRunRows } from "../../../src/store/runs/run-rows.js";
import { ledgerOf } from "../crash/exported-files.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
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
import { stepsOf } from "./loose-activities.js";

let refill: Installation;
let target: TestDatabase;
let pool: Pool;
let worker: RunningWorker;

beforeAll(async () => {
  target = await createDatabase();
  // Read by the worker, as it would be from its own environment.
  process.env["REFILL_SECRET_TARGET"] = target.databaseUrl;
  pool = createPool({
    connectionString: target.databaseUrl,
    applicationName: "test",
  });
  refill = await createInstallation({
    env: { REFILL_SECRET_TARGET: target.databaseUrl },
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-11",
    every: "10 minutes",
  });
  await refill.pool.query(
    "delete from public.events where at >= '2024-03-05' and at < '2024-03-06'",
  );
  await createEventsExport(refill.context, { destination, format: undefined });
  worker = refill.startWorker();
});

afterAll(async () => {
  delete process.env["REFILL_SECRET_TARGET"];
  await refill.remove();
  await pool.end();
  await target.drop();
});

const destination = {
  type: "postgres",
  connection: "env:REFILL_SECRET_TARGET",
  table: "public.events",
  create: true,
};

const days = { start: "2024-03-01", end: "2024-03-11", concurrency: 4 };

async function tableOf(db: Pool) {
  const { rows } = await db.query<Record<string, unknown>>(
    `select count(*)::int as n, count(distinct id)::int as ids, md5(string_agg(id || ' ' || at || ' ' || name, ',' order by id)) as digest
     from public.events`,
  );
  return rows[0];
}

async function backfillDays() {
  const { id } = await start(refill.context, days);
  const closed = await untilClosed(refill.context, id);
  return { id, closed };
}

describe("a backfill to another database", () => {
  test("brings every row there once, and its ledger says so run by run", async () => {
    const { id, closed } = await backfillDays();
    expect(closed).toMatchObject({ status: "Completed" });
    expect(closed.total_records_count).toBe(BigInt(9 * 144));
    expect(await tableOf(pool)).toEqual(await tableOf(refill.pool));
    const page = { backfillId: id, status: null, after: -1, limit: 100 };
    const runs = await listRunRows(refill.pool, page);
    expect(runs.map((run) => Number(run.records_completed))).toEqual([
      144, 144, 144, 144, 0, 144, 144, 144, 144, 144,
    ]);
    expect(runs[0]?.files).toEqual([
      {
        key: "20240301T000000Z-20240302T000000Z",
        records: 144,
        bytes: Number(runs[0]?.bytes_exported),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(runs[4]).toMatchObject({ files: [], skip_reason: "no data" });
  });

  test("brings the table to the source's state again, also in a day that is empty now", async () => {
    await refill.pool.query(`
      delete from public.events where at >= '2024-03-03' and at < '2024-03-04';
      update public.events set name = 'late' where at >= '2024-03-07' and at < '2024-03-08';
      insert into public.events values (100000, '2024-03-05 12:00Z', 'new')`);
    const { closed } = await backfillDays();
    expect(closed).toMatchObject({ status: "Completed" });
    expect(closed.total_records_count).toBe(BigInt(8 * 144 + 1));
    expect(await tableOf(pool)).toEqual(await tableOf(refill.pool));
    const staged = await pool.query(
      "select 1 from pg_class where relname like 'stage\\_%'",
    );
    expect(staged.rowCount).toBe(0);
  });

  test("fails its runs, and says why, where the table does not fit", async () => {
    await pool.query("alter table public.events drop column name");
    const { id, closed } = await backfillDays();
    expect(closed.status).toBe("Failed");
    const page = { backfillId: id, status: null, after: -1, limit: 1 };
    const [run] = await listRunRows(refill.pool, page);
    expect(run?.latest_error).toMatchObject({
      code: "DESTINATION_TABLE_MISMATCH",
      message: expect.stringContaining("it has no column name (text)"),
    });
    await pool.query("alter table public.events add column name text");
  });

  test("shuts another export out of its table", async () => {
    const second = createEventsExport(refill.context, {
      name: "second",
      destination: { ...destination, table: '"public".EVENTS' },
      format: undefined,
    });
    await expect(second).rejects.toMatchObject({ code: "DESTINATION_SHARED" });
  });

  test("keeps the second attempt's rows when the first hangs in its publication and wakes up after it", async () => {
    await createEventsExport(refill.context, {
      name: "overtaken",
      destination: { ...destination, table: "public.overtaken" },
      format: undefined,
    });
    await pool.query(
      "create table public.overtaken (id bigint, at timestamptz, name text)",
    );
    await worker.stop();
    const day = { start: "2024-03-01", end: "2024-03-02", export: "overtaken" };
    const { id } = await start(refill.context, day);
    const first = stepsOf(refill, id, "first");
    await first.plan();
    // A reader of the table keeps the publication waiting in its last steps.
    const reader = await pool.connect();
    await reader.query("begin; lock table public.overtaken in share mode");
    const late = first.exportFirst();
    await until(async () => ((await waitingFor(pool)) === 1 ? true : null));
    // While it publishes, it holds the claim's lock: its worker loses the ledger, as in a failing network.
    await refill.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction'`,
    );

    const second = stepsOf(refill, id, "second").exportFirst();
    await until(async () => {
      const [run] = await ledgerOf(refill, id);
      return run?.claimed_by === "second" && (await waitingFor(pool)) === 1
        ? true
        : null;
    });
    await reader.query("rollback");
    reader.release();

    expect(await second).toMatchObject({ completed: 1, records: "144" });
    expect(await late).toMatchObject({ completed: 0, failed: 0 });
    const [run] = await ledgerOf(refill, id);
    expect(run).toMatchObject({ attempt: 2, claimed_by: "second" });
    const { rows } = await pool.query<{ ids: number; rows: number }>(
      `select count(*)::int as rows, count(distinct id)::int as ids from public.overtaken`,
    );
    expect(rows).toEqual([{ rows: 144, ids: 144 }]);
  });
});

/** Statements that wait for a lock of the target. */
async function waitingFor(db: Pool): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]?.count ?? 0;
}
