import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { createPool } from "../../../src/store/database/pool.js";
import { ledgerOf } from "../crash/exported-files.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "./installation.js";

let refill: Installation;
let source: TestDatabase;
let pool: Pool;

const day = { start: "2024-03-01", end: "2024-03-02" };

beforeAll(async () => {
  source = await createDatabase();
  pool = createPool({
    connectionString: source.databaseUrl,
    applicationName: "test",
  });
  await createEvents(pool, { ...day, every: "1 hour" });
  // Its 24 rows take more than twice as long as a statement may.
  await pool.query(`
    create function public.slowly() returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' then perform pg_sleep(0.15); end if;
      return true;
    end $$;
    do $$ begin
      execute format('alter database %I set statement_timeout = ''1500ms''', current_database());
    end $$`);
  process.env["REFILL_SECRET_SOURCE"] = source.databaseUrl;
  refill = await createInstallation({
    env: {
      REFILL_SECRET_SOURCE: source.databaseUrl,
      REFILL_RUN_MAX_ATTEMPTS: "5",
    },
  });
  refill.startWorker();
});

afterAll(async () => {
  delete process.env["REFILL_SECRET_SOURCE"];
  await refill.remove();
  await pool.end();
  await source.drop();
});

test("a run that takes longer than a statement may is tried again in more statements, and has each row once", async () => {
  await createEventsExport(refill.context, {
    source: {
      type: "postgres",
      connection: "env:REFILL_SECRET_SOURCE",
      table: "public.events",
      timestamp_column: "at",
      where: "public.slowly()",
    },
  });
  const { id } = await start(refill.context, { ...day, stopAfter: 0 });
  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Completed",
    total_records_count: 24n,
  });
  const [run] = await ledgerOf(refill, id);
  expect(run?.attempt).toBeGreaterThan(2);
  expect(run?.files).toHaveLength(1);
  const { rows } = await refill.pool.query<{ code: string }>(
    "select distinct error ->> 'code' as code from refill.run_attempt",
  );
  expect(rows).toEqual([{ code: "SOURCE_TIMEOUT" }]);
  const path = join(refill.filesRoot, "events", run?.files?.[0]?.key ?? "");
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id);
  expect(ids).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
});
