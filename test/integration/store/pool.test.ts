import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { inTransaction } from "../../../src/store/database/in-transaction.js";
import { createPool } from "../../../src/store/database/pool.js";
import { testServers } from "../servers/servers.js";

let databaseUrl = "";
const pools: Pool[] = [];

beforeAll(async () => {
  ({ databaseUrl } = await testServers());
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

function open(connectionString = databaseUrl, max = 2): Pool {
  const pool = createPool({
    connectionString,
    max,
    applicationName: "refill pool test",
  });
  pools.push(pool);
  return pool;
}

async function valueOf(expression: string): Promise<unknown> {
  const { rows } = await open().query<{ value: unknown }>(
    `select ${expression} as value`,
  );
  return rows[0]?.value;
}

describe("values", () => {
  test("bigint keeps every digit, in arrays too", async () => {
    expect(await valueOf("9223372036854775807::bigint")).toBe(
      9223372036854775807n,
    );
    expect(await valueOf("array[1, null, -2]::bigint[]")).toEqual([
      1n,
      null,
      -2n,
    ]);
  });

  test("timestamps are Postgres's text in UTC, whatever the database's settings", async () => {
    const url = new URL(databaseUrl);
    url.searchParams.set(
      "options",
      "-c timezone=Asia/Tokyo -c datestyle=German",
    );
    const pool = open(url.href);
    const { rows } = await pool.query(
      "select timestamptz '2001-03-01 05:00:00.123456Z' as at, date '2001-03-01' as day, array[timestamptz 'infinity'] as list",
    );
    expect(rows).toEqual([
      {
        at: "2001-03-01 05:00:00.123456+00",
        day: "2001-03-01",
        list: ["infinity"],
      },
    ]);
  });

  test("everything else is read as the driver reads it", async () => {
    expect(await valueOf("1")).toBe(1);
    expect(await valueOf("null::bigint")).toBeNull();
    expect(await valueOf(`'{"a": [1]}'::jsonb`)).toEqual({ a: [1] });
  });
});

describe("a server that is away", () => {
  test("is DATABASE_UNAVAILABLE when nobody listens", async () => {
    const url = new URL(databaseUrl);
    url.port = String(await unusedPort());
    await expect(open(url.href).query("select 1")).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      exitCode: 3,
    });
    await expect(open(url.href).connect()).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
  });

  test("does not give the password away when it is wrong", async () => {
    const url = new URL(databaseUrl);
    url.password = "not-the-password";
    const failure: unknown = await open(url.href)
      .query("select 1")
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CONFIG_INVALID" });
    expect((failure as Error).message).not.toContain("not-the-password");
  });

  test("costs an idle connection, and the next statement gets a new one", async () => {
    const pool = open();
    const before = await backend(pool);
    const removed = new Promise((resolve) => pool.once("remove", resolve));
    await terminate(before);
    await removed;
    expect(await backend(pool)).not.toBe(before);
  });

  test("does not end the process when a connection breaks between two statements", async () => {
    const client = await open().connect();
    const { rows } = await client.query<{ pid: number }>(
      "select pg_backend_pid() as pid",
    );
    const ended = new Promise((resolve) => client.once("end", resolve));
    await terminate(rows[0]?.pid ?? 0);
    await ended;
    await expect(client.query("select 1")).rejects.toThrow();
    client.release(true);
  });
});

describe("inTransaction", () => {
  test("commits what was done and answers what the work answered", async () => {
    const pool = open();
    await inTransaction(pool, (client) =>
      client.query("create table if not exists public.committed (n integer)"),
    );
    const answer = await inTransaction(pool, async (client) => {
      await client.query("drop table public.committed");
      return "done";
    });
    expect(answer).toBe("done");
    const { rows } = await pool.query(
      "select to_regclass('public.committed') as gone",
    );
    expect(rows).toEqual([{ gone: null }]);
  });

  test("rolls back when the work throws, and throws the same error on", async () => {
    const pool = open();
    const stumble = new Error("the work stumbled");
    const failed = inTransaction(pool, async (client) => {
      await client.query("create table public.rolled_back (n integer)");
      throw stumble;
    });
    await expect(failed).rejects.toBe(stumble);
    const { rows } = await pool.query(
      "select to_regclass('public.rolled_back') as gone",
    );
    expect(rows).toEqual([{ gone: null }]);
  });

  test("does not pass for done when the work swallowed an error of Postgres", async () => {
    const failed = inTransaction(open(), async (client) => {
      await client.query("select 1 / 0").catch(() => undefined);
    });
    await expect(failed).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("ended with ROLLBACK"),
    });
  });

  test("throws a connection away that broke in the middle", async () => {
    const pool = open(databaseUrl, 1);
    const lost = inTransaction(pool, async (client) => {
      await client.query("select pg_terminate_backend(pg_backend_pid())");
    });
    await expect(lost).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    expect(await backend(pool)).toBeGreaterThan(0);
    expect(pool.totalCount).toBe(1);
  });

  test("gives every connection back, so that a pool of one goes on", async () => {
    const pool = open(databaseUrl, 1);
    for (let turn = 0; turn < 3; turn += 1) {
      await inTransaction(pool, () => Promise.reject(new Error("no"))).catch(
        () => undefined,
      );
      await inTransaction(pool, (client) => client.query("select 1"));
    }
    expect(pool.idleCount).toBe(1);
  });
});

async function backend(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    "select pg_backend_pid() as pid",
  );
  return rows[0]?.pid ?? 0;
}

async function terminate(pid: number): Promise<void> {
  await open().query("select pg_terminate_backend($1)", [pid]);
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
