import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { repairBackfill } from "../../../src/operations/backfills/verify-backfill.js";
import { createPool } from "../../../src/store/database/pool.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "../backfill/installation.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
import { verifierOf } from "./verifier.js";

let refill: Installation;
let target: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  target = await createDatabase();
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
    every: "1 hour",
  });
  await refill.pool.query(
    `delete from public.events where at::date = '2024-03-05';
     alter table public.events add column price numeric(10,2) default 1.5, add column net cidr default '10.0.0.1/32'`,
  );
  refill.startWorker();
});

afterAll(async () => {
  delete process.env["REFILL_SECRET_TARGET"];
  await refill.remove();
  await pool.end();
  await target.drop();
});

const days = { start: "2024-03-01", end: "2024-03-11", concurrency: 4 };
const { verified, kindsOf } = verifierOf(() => refill);

/** Ten days of 24 rows, the fifth of them empty, in a table of the export's own. */
async function exported(name: string) {
  await createEventsExport(refill.context, {
    name,
    destination: {
      type: "postgres",
      connection: "env:REFILL_SECRET_TARGET",
      table: `public.${name}`,
      create: true,
    },
    format: undefined,
  });
  const { id } = await start(refill.context, { export: name, ...days });
  const closed = await untilClosed(refill.context, id);
  expect(closed.status).toBe("Completed");
  return id;
}

describe("verifying a backfill to another database", () => {
  test("finds nothing where nothing differs, wherever the server has moved the rows", async () => {
    const id = await exported("whole");
    await pool.query(
      "update public.whole set name = name where extract(hour from at) in (3, 7)",
    );
    // Else its order hides where they are.
    await pool.query("drop index public.whole_at_idx");
    const { verification, findings } = await verified(id);
    expect(findings).toEqual([]);
    expect(verification).toMatchObject({ checked_runs: 10, differing_runs: 0 });
    expect(await kindsOf(id, true)).toEqual([]);
  });

  test("finds rows that were changed, deleted and added there, run by run, and repairs them", async () => {
    const id = await exported("harmed");
    await pool.query(`
      update public.harmed set name = upper(name) where at = '2024-03-02 12:00Z';
      delete from public.harmed where at = '2024-03-03 12:00Z';
      delete from public.harmed where at >= '2024-03-04' and at < '2024-03-05';
      insert into public.harmed values (1, '2024-03-05 12:00Z', 'not ours');
      insert into public.harmed select * from public.harmed where at = '2024-03-06 12:00Z';
      update public.harmed set at = '2024-03-08 12:30Z' where at = '2024-03-07 12:00Z';
      insert into public.harmed values (1, '2024-04-01', 'of another time')`);
    const { verification, findings } = await verified(id);
    expect(findings).toMatchObject([
      { run: 1, kind: "changed" },
      { run: 2, kind: "changed" },
      { run: 3, kind: "changed", actual: { bytes: 0 } },
      {
        run: 4,
        kind: "extra",
        expected: null,
        key: "20240305T000000Z-20240306T000000Z",
        actual: { records: 1 },
      },
      { run: 5, kind: "changed" },
      { run: 6, kind: "changed" },
      { run: 7, kind: "changed" },
    ]);
    expect(await kindsOf(id, true)).toHaveLength(7);

    const repair = await repairBackfill(refill.context, verification);
    const closed = await untilClosed(refill.context, repair?.id ?? "");
    expect(closed).toMatchObject({
      status: "Completed",
      progress: { total_runs: 6 },
    });
    expect(await kindsOf(closed.id, true)).toEqual([]);
    // Refill removes only what it wrote.
    expect(await kindsOf(id)).toEqual(["4 extra"]);
  });

  test("finds rows that came late to the source by their number, and updated ones by a deep look", async () => {
    const id = await exported("late");
    await refill.pool.query(`
      insert into public.events values (1000, '2024-03-05 12:00Z', 'late'), (1001, '2024-03-06 12:30Z', 'late');
      update public.events set name = 'edited' where at = '2024-03-08 12:00Z'`);
    expect(await kindsOf(id)).toEqual(["4 count", "5 count"]);
    expect(await kindsOf(id, true)).toEqual(["4 count", "5 count", "7 rows"]);
    await refill.pool.query(
      "delete from public.events where id >= 1000; update public.events set name = 'event 157' where name = 'edited'",
    );
  });

  test("sees through a table of wider types, but not through a value that they alone can hold", async () => {
    await pool.query(
      "create table public.wide (id numeric, at timestamptz, name varchar(99), price numeric(12,3), net inet)",
    );
    const id = await exported("wide");
    expect(await kindsOf(id, true)).toEqual([]);
    await pool.query(`
      update public.wide set price = 1.501 where at = '2024-03-02 12:00Z';
      update public.wide set price = 123456789.5 where at = '2024-03-04 12:00Z';
      update public.wide set net = '10.0.0.1/8' where at = '2024-03-03 12:00Z'`);
    expect(await kindsOf(id)).toEqual(["1 changed", "2 changed", "3 changed"]);
  });
});
