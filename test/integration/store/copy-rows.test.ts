import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Pool } from "pg";
import {
  type CopyRow,
  copyRows,
} from "../../../src/store/database/copy-rows.js";
import { inTransaction } from "../../../src/store/database/in-transaction.js";
import { createPool } from "../../../src/store/database/pool.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createDatabase();
  pool = createPool({
    connectionString: database.databaseUrl,
    applicationName: "test",
  });
  await pool.query("create table copied (n integer, a text, b text)");
});

beforeEach(async () => {
  await pool.query("truncate copied");
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const copy = (rows: Iterable<CopyRow> | AsyncIterable<CopyRow>) =>
  inTransaction(pool, (client) => copyRows(client, "copied (n, a, b)", rows));

async function countCopied(): Promise<bigint | undefined> {
  const { rows } = await pool.query<{ count: bigint }>(
    "select count(*) from copied",
  );
  return rows[0]?.count;
}

/** Postgres stores every text but U+0000 and half a surrogate pair, which `binary` has none of. */
const field = fc.option(
  fc.oneof(
    fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
    fc.constantFrom(
      "",
      "\\N",
      "\\.",
      "\\",
      "\n",
      "\r\n",
      "\t",
      "a\\tb",
      "\\x41",
    ),
  ),
);

test("every text arrives as it was, and null apart from the empty one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field)), async (pairs) => {
      await pool.query("truncate copied");
      const written = await copy(pairs.map(([a, b], n) => [String(n), a, b]));
      expect(written).toBe(pairs.length);
      const { rows } = await pool.query<{ a: string | null; b: string | null }>(
        "select a, b from copied order by n",
      );
      expect(rows).toEqual(pairs.map(([a, b]) => ({ a, b })));
    }),
    { numRuns: 60 },
  );
});

test("rows are asked for only as fast as Postgres takes them", async () => {
  const total = 300_000;
  let asked = 0;
  function* rows(): Generator<CopyRow> {
    for (; asked < total; asked += 1)
      yield [String(asked), "x".repeat(50), null];
  }
  const blocker = await pool.connect();
  await blocker.query("begin; lock table copied in access exclusive mode");
  const written = copy(rows());
  await untilCopyWaits();
  // Nothing to wait for: what would be read ahead would be read in these turns of the event loop.
  for (let turn = 0; turn < 1_000; turn += 1) await setImmediate();
  const askedWhileBlocked = asked;
  await blocker.query("commit");
  blocker.release();
  expect(await written).toBe(total);
  expect(askedWhileBlocked).toBeLessThan(5_000);
  expect(await countCopied()).toBe(BigInt(total));
});

async function untilCopyWaits(): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      `select from pg_locks
       where database = (select oid from pg_database where datname = current_database())
         and relation = 'copied'::regclass and not granted`,
    );
    if (rowCount === 1) return;
  }
}

test("rows that fail half-way leave nothing, and the connection goes on", async () => {
  function* rows(): Generator<CopyRow> {
    for (let n = 0; n < 5_000; n += 1) yield [String(n), "x".repeat(50), null];
    throw new Error("the planner stumbled");
  }
  const client = await pool.connect();
  await expect(copyRows(client, "copied (n, a, b)", rows())).rejects.toThrow(
    "the planner stumbled",
  );
  expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  client.release();
  expect(await countCopied()).toBe(0n);
});

test("a row that Postgres refuses fails the copy with its error", async () => {
  await expect(copy([["not a number", "a", "b"]])).rejects.toMatchObject({
    code: "22P02",
  });
  expect(await countCopied()).toBe(0n);
});
