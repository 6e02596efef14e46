import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import {
  assertMigrated,
  migrate,
} from "../../../src/store/database/migrate.js";
import {
  ownSqlFolder,
  readMigrations,
} from "../../../src/store/database/migration-files.js";
import { createPool } from "../../../src/store/database/pool.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
import { migrateAtOnce } from "./migrators.js";

let database: TestDatabase;
let pool: Pool;
let sqlFolder = "";

beforeEach(async () => {
  database = await createDatabase();
  pool = createPool({
    connectionString: database.databaseUrl,
    applicationName: "test",
  });
  sqlFolder = await mkdtemp(join(tmpdir(), "refill-sql-"));
});

afterEach(async () => {
  await pool.end();
  await database.drop();
  await rm(sqlFolder, { recursive: true });
});

/** The real migrations, and three after them, so that there are earlier versions to come from. */
async function writeLongerHistory(count = 3): Promise<void> {
  await cp(ownSqlFolder, sqlFolder, { recursive: true });
  const own = await readMigrations(ownSqlFolder);
  for (let n = 1; n <= count; n += 1) {
    await writeMigration(
      own.length + n,
      `create table refill.later_${n} (id integer); insert into refill.later_${n} values (${n});`,
    );
  }
}

function writeMigration(version: number, sql: string): Promise<void> {
  const name = `${String(version).padStart(6, "0")}.sql`;
  return writeFile(join(sqlFolder, name), sql);
}

async function tableNames(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = to_regnamespace('refill') and relkind = 'r' order by 1",
  );
  return rows.map(({ name }) => name);
}

describe("migrate", () => {
  test("makes an empty database ready, and then finds nothing to do", async () => {
    const own = await readMigrations(ownSqlFolder);
    const names = own.map(({ name }) => name);
    const first = await migrate({ connectionString: database.databaseUrl });
    const to = own.length;
    const renumbered = false;
    expect(first).toEqual({ renumbered, from: 0, to, applied: names });
    const second = await migrate({ pool });
    expect(second).toEqual({ renumbered, from: to, to, applied: [] });
    await assertMigrated(pool);
  });

  test("brings every earlier version up to the latest", async () => {
    await writeLongerHistory();
    const all = await readMigrations(sqlFolder);
    for (let version = 0; version <= all.length; version += 1) {
      await pool.query("drop schema if exists refill cascade");
      const earlier = await mkdtemp(join(tmpdir(), "refill-earlier-"));
      for (const { name, sql } of all.slice(0, version)) {
        await writeFile(join(earlier, name), sql);
      }
      await migrate({ pool, sqlFolder: earlier });
      const result = await migrate({ pool, sqlFolder });
      expect(result).toMatchObject({ from: version, to: all.length });
      expect(await tableNames()).toContain("later_3");
      await rm(earlier, { recursive: true });
    }
  });

  test("applies each file once when twenty processes migrate at once", async () => {
    await writeLongerHistory();
    const all = await readMigrations(sqlFolder);
    const results = await migrateAtOnce(20, {
      databaseUrl: database.databaseUrl,
      sqlFolder,
    });
    const applied = results.flatMap((result) => result.applied).sort();
    expect(applied).toEqual(all.map(({ name }) => name));
    expect(results.map(({ to }) => to)).toEqual(results.map(() => all.length));
  });

  test("undoes a file that fails, keeps those before it, and goes on once it is mended", async () => {
    await writeLongerHistory(1);
    const before = await readMigrations(sqlFolder);
    const next = before.length + 1;
    await writeMigration(
      next,
      "create table refill.half (id integer); select 1 / 0;",
    );
    await expect(migrate({ pool, sqlFolder })).rejects.toThrow(
      /Migration \d{6}\.sql failed and was rolled back: division by zero/,
    );
    expect(await tableNames()).toContain("later_1");
    expect(await tableNames()).not.toContain("half");
    await writeMigration(next, "create table refill.half (id integer);");
    const result = await migrate({ pool, sqlFolder });
    expect(result).toMatchObject({ from: before.length, to: next });
  });

  test("never keeps what a file did without the note that it was applied", async () => {
    const own = await readMigrations(ownSqlFolder);
    await writeLongerHistory(0);
    await writeMigration(
      own.length + 1,
      `create table refill.unnoted (id integer);
       insert into refill.migration (version, name, sha256) values (${own.length + 1}, 'in its way', '');`,
    );
    await expect(migrate({ pool, sqlFolder })).rejects.toThrow(/duplicate key/);
    expect(await tableNames()).not.toContain("unnoted");
  });

  test("refuses a database that a newer Refill migrated, and leaves it alone", async () => {
    await writeLongerHistory();
    await migrate({ pool, sqlFolder });
    await expect(migrate({ pool })).rejects.toMatchObject({
      code: "DATABASE_SCHEMA_MISMATCH",
      message: expect.stringContaining("a newer Refill migrated this database"),
    });
    expect(await tableNames()).toContain("later_3");
  });

  test("refuses to go on after a migration was edited, naming it", async () => {
    await writeLongerHistory(1);
    const edited = (await readMigrations(sqlFolder)).length;
    await migrate({ pool, sqlFolder });
    await writeMigration(edited, "create table refill.other (id integer);");
    await writeMigration(edited + 1, "create table refill.more (id integer);");
    await expect(migrate({ pool, sqlFolder })).rejects.toMatchObject({
      code: "DATABASE_SCHEMA_MISMATCH",
      details: { migration: `${String(edited).padStart(6, "0")}.sql` },
    });
    expect(await tableNames()).not.toContain("more");
  });
});

describe("assertMigrated", () => {
  test("says what to run on an empty database", async () => {
    await expect(assertMigrated(pool)).rejects.toMatchObject({
      code: "DATABASE_NOT_MIGRATED",
      message: expect.stringContaining("run `refill migrate`"),
    });
  });

  test("says what to run on a database of an earlier version", async () => {
    await migrate({ pool });
    await writeLongerHistory(1);
    await expect(assertMigrated(pool, sqlFolder)).rejects.toMatchObject({
      code: "DATABASE_NOT_MIGRATED",
    });
  });

  test("refuses a database of a newer version", async () => {
    await writeLongerHistory(1);
    await migrate({ pool, sqlFolder });
    await expect(assertMigrated(pool)).rejects.toMatchObject({
      code: "DATABASE_SCHEMA_MISMATCH",
    });
  });
});
