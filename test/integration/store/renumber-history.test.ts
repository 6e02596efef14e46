import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { runCommandLine } from "../../../src/cli/program.js";
import { dumpSchema } from "../../../src/store/database/dump-schema.js";
import {
  assertMigrated,
  migrate,
} from "../../../src/store/database/migrate.js";
import {
  ownSqlFolder,
  readMigrations,
} from "../../../src/store/database/migration-files.js";
import { createPool } from "../../../src/store/database/pool.js";
import { capturedSurroundings } from "../../cli/captured.js";
import { until } from "../backfill/installation.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
import { fillLedger, readLedger } from "./full-ledger.js";
import { beginRun, closeBackfill, completeRun } from "./ledger-rows.js";
import { migrateAtOnce } from "./migrators.js";

/** The fifteen migrations that sql/000001.sql has replaced, as they were. */
const oldFolder = join(__dirname, "old-numbering");
const schemaFile = join(ownSqlFolder, "schema.sql");

let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await createDatabase();
  pool = createPool({
    connectionString: database.databaseUrl,
    applicationName: "test",
  });
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

/** Applies the first old migrations, as the code of that time did. */
async function migrateAsOf(version: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "refill-old-"));
  const all = await readMigrations(oldFolder);
  for (const { name } of all.slice(0, version)) {
    await cp(join(oldFolder, name), join(folder, name));
  }
  await migrate({ pool, sqlFolder: folder });
  await rm(folder, { recursive: true });
}

async function readHistory(): Promise<readonly unknown[]> {
  const { rows } = await pool.query<object>(
    "select version, name, sha256 from refill.migration order by version",
  );
  return rows;
}

async function ownHistory(): Promise<readonly unknown[]> {
  const own = await readMigrations(ownSqlFolder);
  return own.map(({ version, name, sha256 }) => ({ version, name, sha256 }));
}

/** Migrating refuses, says why, and leaves the history as it was. */
async function expectRefusal(message: RegExp): Promise<void> {
  const before = await readHistory();
  await expect(migrate({ pool })).rejects.toMatchObject(mismatch(message));
  expect(await readHistory()).toEqual(before);
}

function mismatch(message: RegExp): object {
  return {
    code: "DATABASE_SCHEMA_MISMATCH",
    message: expect.stringMatching(message),
  };
}

describe("a database at the last version of the old numbering", () => {
  beforeEach(async () => {
    await migrateAsOf(15);
  });

  test("becomes one of today's numbering, with every row left untouched", async () => {
    await fillLedger(pool);
    const before = await readLedger(pool);
    for (const [table, rows] of before) {
      expect({ table, isEmpty: rows.length === 0 }).toMatchObject({
        isEmpty: false,
      });
    }
    const own = await readMigrations(ownSqlFolder);
    const result = await migrate({ pool });
    expect(result).toMatchObject({ renumbered: true, to: own.length });
    expect(await readLedger(pool)).toEqual(before);
    expect(await readHistory()).toEqual(await ownHistory());
    expect(await dumpSchema(pool)).toBe(await readFile(schemaFile, "utf8"));
  });

  test("is done after that: the next migration finds nothing to do, and its open backfill can finish", async () => {
    await fillLedger(pool);
    await migrate({ pool });
    const { length } = await readMigrations(ownSqlFolder);
    const nothing = {
      renumbered: false,
      from: length,
      to: length,
      applied: [],
    };
    expect(await migrate({ pool })).toEqual(nothing);
    await assertMigrated(pool);
    await pool.query(
      `${completeRun(1)} ${beginRun(2)} ${completeRun(2)} ${closeBackfill("Completed", 30)}`,
    );
  });

  test("is renumbered once when twenty processes migrate at once", async () => {
    const results = await migrateAtOnce(20, {
      databaseUrl: database.databaseUrl,
      sqlFolder: ownSqlFolder,
    });
    const renumbered = results.filter((result) => result.renumbered);
    expect(renumbered).toHaveLength(1);
    expect(await readHistory()).toEqual(await ownHistory());
  });

  test("does not wait for what workers have open, nor do they for it", async () => {
    await fillLedger(pool);
    const worker = await pool.connect();
    await worker.query(`begin; ${completeRun(1)}`);
    expect(await migrate({ pool })).toMatchObject({ renumbered: true });
    await worker.query("commit");
    worker.release();
  });

  test("is as it was when the migrator dies in the middle, and is renumbered by the next", async () => {
    const before = [await readHistory(), await dumpSchema(pool)];
    const blocker = await pool.connect();
    await blocker.query(
      "begin; select from refill.migration where version = 1 for update",
    );
    const died = migrate({ pool }).catch((error: unknown) => error);
    await until(async () => {
      const { rowCount } = await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%update refill.migration%' and pid <> pg_backend_pid()`,
      );
      return rowCount === 1 ? true : null;
    });
    expect(await died).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    await blocker.query("rollback");
    blocker.release();
    expect([await readHistory(), await dumpSchema(pool)]).toEqual(before);
    expect(await migrate({ pool })).toMatchObject({ renumbered: true });
  });

  test("says to run `refill migrate` to whatever finds it as it is", async () => {
    await expect(assertMigrated(pool)).rejects.toMatchObject({
      code: "DATABASE_NOT_MIGRATED",
      message: expect.stringContaining("Run `refill migrate`"),
    });
  });

  test("is refused, and told what differs, when its schema was changed by hand", async () => {
    await pool.query("create index by_note on refill.backfill (note)");
    await expectRefusal(
      /changed the schema `refill` since: index by_note\. Undo that change/,
    );
    await pool.query(`
      create view refill.open as select 1;
      alter table refill.run add hint text;
      alter table refill.command drop constraint command_kind_is_known;
      drop trigger run_stays_as_it_closed on refill.run;
      create or replace function refill.refuse() returns trigger language plpgsql as 'begin return new; end'`);
    await expectRefusal(/, and others\. Undo that change/);
    const refusal = migrate({ pool });
    await expect(refusal).rejects.toHaveProperty("details.differing", [
      "open",
      "table refill.command",
      "table refill.run",
      "function refill.refuse",
      "trigger run_stays_as_it_closed",
      "index by_note",
    ]);
  });

  test("is refused when one of its migrations was edited before it was applied", async () => {
    await pool.query(
      "update refill.migration set sha256 = repeat('0', 64) where version = 9",
    );
    const message = /000009\.sql is not one that Refill had/;
    await expectRefusal(message);
    await expect(assertMigrated(pool)).rejects.toMatchObject(mismatch(message));
  });

  test("is told by `refill migrate` that it was renumbered", async () => {
    const { databaseUrl } = database;
    const env = { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: "127.0.0.1:1" };
    const { surroundings, stdout } = capturedSurroundings({ env });
    expect(await runCommandLine(["migrate"], surroundings)).toBe(0);
    expect(stdout()).toMatch(/^Replaced the old numbering of migrations: /);
  });
});

test("a database restored from a dump, without the redundant parentheses, is renumbered too", async () => {
  await migrateAsOf(15);
  const { rows } = await pool.query("select * from refill.migration");
  await pool.query("drop schema refill cascade");
  await pool.query(await readFile(schemaFile, "utf8"));
  await pool.query(
    "insert into refill.migration select * from jsonb_populate_recordset(null::refill.migration, $1)",
    [JSON.stringify(rows)],
  );
  expect(await dumpSchema(pool)).not.toBe(await readFile(schemaFile, "utf8"));
  expect(await migrate({ pool })).toMatchObject({ renumbered: true });
});

test.each([1, 14])(
  "a database at version %s of the old numbering is told which Refill to upgrade with first",
  async (version) => {
    await migrateAsOf(version);
    const message = new RegExp(
      `at version ${version} of the old numbering.* ended at 15\\. First run .* has sql/000015\\.sql`,
    );
    await expectRefusal(message);
    await expect(assertMigrated(pool)).rejects.toMatchObject(mismatch(message));
  },
);
