import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { createPool } from "../../../src/store/database/pool.js";
import { openPostgresSource } from "../../../src/transfer/sources/postgres/postgres-source.js";
import {
  closeGate,
  createGate,
  gateCondition,
  openGates,
  runningCopies,
} from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { ledgerOf } from "../crash/exported-files.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";
import { all2001, copyText, never } from "../transfer/postgres-fixture.js";
import { type Standby, startStandby } from "./standby.js";

let servers: OwnServers;
let standby: Standby;
let refill: Installation;
let primary: Pool;
let replica: Pool;

const days = { start: "2024-03-01", end: "2024-03-04" };

beforeAll(async () => {
  servers = await startOwnServers();
  primary = poolOf(servers.databaseUrl);
  await createEvents(primary, { ...days, every: "1 hour" });
  await createGate(primary);
  await primary.query(
    "create table public.churn with (autovacuum_enabled = off) as select n from generate_series(1, 1000) n",
  );
  standby = await startStandby(servers.databaseUrl);
  await standby.caughtUp();
  replica = poolOf(standby.databaseUrl);
  process.env["REFILL_SECRET_STANDBY"] = standby.databaseUrl;
  refill = await createInstallation({
    env: { REFILL_SECRET_STANDBY: standby.databaseUrl },
  });
  refill.startWorker();
});

afterAll(async () => {
  delete process.env["REFILL_SECRET_STANDBY"];
  await openGates();
  await refill.remove();
  await replica.end();
  await primary.end();
  await standby.remove();
  await servers.remove();
});

function poolOf(connectionString: string): Pool {
  return createPool({ connectionString, applicationName: "test" });
}

function exportOf(name: string, changes: object) {
  return createEventsExport(refill.context, {
    name,
    source: {
      type: "postgres",
      connection: "env:REFILL_SECRET_STANDBY",
      table: "public.events",
      timestamp_column: "at",
      ...changes,
    },
  });
}

describe("a hot standby", () => {
  test.each(["jsonl", "csv", "parquet"])(
    "is a source like any other: %s",
    async (type) => {
      await createEventsExport(refill.context, {
        name: type,
        format: { type },
        source: {
          type: "postgres",
          connection: "env:REFILL_SECRET_STANDBY",
          table: "public.events",
          timestamp_column: "at",
        },
      });
      const { id } = await start(refill.context, { ...days, export: type });
      expect(await untilClosed(refill.context, id)).toMatchObject({
        status: "Completed",
        total_records_count: 72n,
      });
    },
  );

  test("that cancels an export for its recovery costs the run an attempt, and the next one completes it", async () => {
    await exportOf("cancelled", { where: gateCondition });
    const gate = await closeGate(standby.databaseUrl);
    const { id } = await start(refill.context, {
      ...days,
      export: "cancelled",
      concurrency: 1,
    });
    await until(async () =>
      (await runningCopies(replica)) === 1 ? true : null,
    );
    // Rows that the export's snapshot still sees are cleaned away.
    await primary.query("delete from public.churn");
    await primary.query("vacuum public.churn");
    const run = await until(async () => {
      const [first] = await ledgerOf(refill, id);
      return first?.latest_error == null ? null : first;
    });
    expect(run).toMatchObject({
      latest_error: {
        code: "SOURCE_CONFLICT",
        message: expect.stringContaining("conflict with recovery"),
        retryable: true,
      },
    });
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 72n,
    });
    expect((await ledgerOf(refill, id))[0]).toMatchObject({ attempt: 2 });
  });

  test("reads a large run on two connections, like a primary", async () => {
    await primary.query(`
      create table public.large as
        select timestamptz '2001-01-01Z' + n * interval '2 minutes' as at, repeat(md5(n::text), 12) as filler
        from generate_series(0, 199999) n`);
    await primary.query("create index on public.large (at)");
    await primary.query("analyze public.large");
    await standby.caughtUp();
    const source = openPostgresSource({
      ...plainSource,
      connectionString: standby.databaseUrl,
    });
    const rows = source.rows(
      { interval: all2001, encoding: copyText, label: "large" },
      never,
    );
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    await until(async () => ((await sessions("large")) === 2 ? true : null));
    while ((await iterator.next()).done !== true);
    await source.close();
    expect(rows.records).toBe(200_000);
  });
});

const plainSource = {
  definition: {
    type: "postgres" as const,
    connection: "env:REFILL_SECRET_STANDBY",
    table: "public.large",
    query: null,
    columns: null,
    where: null,
    timestamp_column: "at",
    timestamp_timezone: null,
  },
  exportTimeZone: "UTC",
  isDefaultConnection: false,
  planned: null,
  slots: null,
  maxStreams: 2,
};

async function sessions(label: string): Promise<number> {
  const { rows } = await replica.query(
    "select from pg_stat_activity where application_name = $1",
    [`refill ${label}`],
  );
  return rows.length;
}
