import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { dumpSchema } from "../../../src/store/database/dump-schema.js";
import { migrate } from "../../../src/store/database/migrate.js";
import { createPool } from "../../../src/store/database/pool.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";

const databases: TestDatabase[] = [];
const pools: Pool[] = [];

async function emptyDatabase(): Promise<Pool> {
  const database = await createDatabase();
  const pool = createPool({
    connectionString: database.databaseUrl,
    applicationName: "test",
  });
  databases.push(database);
  pools.push(pool);
  return pool;
}

let migrated: Pool;

beforeAll(async () => {
  migrated = await emptyDatabase();
  await migrate({ pool: migrated });
});

afterAll(async () => {
  for (const pool of pools) await pool.end();
  for (const database of databases) await database.drop();
});

test("sql/schema.sql is what the migrations make: if this fails, run `npm run schema:dump` and look at the change", async () => {
  const file = join(__dirname, "../../../sql/schema.sql");
  expect(await dumpSchema(migrated)).toBe(await readFile(file, "utf8"));
});

test("the dump makes the same schema in an empty database", async () => {
  const copy = await emptyDatabase();
  const dump = await dumpSchema(migrated);
  await copy.query(dump);
  // Postgres drops redundant parentheses when it reads its own text back.
  const bare = (text: string) => text.replaceAll(/[()]/g, "");
  expect(bare(await dumpSchema(copy))).toBe(bare(dump));
});

test("the dump does not depend on the order in which things were made", async () => {
  const [one, two] = [await emptyDatabase(), await emptyDatabase()];
  const a =
    "create table refill.a (id integer constraint a_is_positive check (id > 0));";
  const b =
    "create table refill.b (id integer); create index b_by_id on refill.b (id);";
  await one.query(`create schema refill; ${a} ${b}`);
  await two.query(`create schema refill; ${b} ${a}`);
  expect(await dumpSchema(one)).toBe(await dumpSchema(two));
});

test("the dump refuses a kind of object that it would leave out", async () => {
  const other = await emptyDatabase();
  await other.query(
    "create schema refill; create view refill.v as select 1; create type refill.mood as enum ('good')",
  );
  await expect(dumpSchema(other)).rejects.toThrow(/something else: mood, v\./);
});
