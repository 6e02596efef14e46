import { afterEach, describe, expect, test } from "@jest/globals";
import { PostgresConnection } from "../../../src/transfer/sources/postgres/postgres-connection.js";
import { never, postgresFixture, readObjects } from "./postgres-fixture.js";
import { rowTarget, stageRows } from "./row-target.js";

const source = postgresFixture();
const target = rowTarget();

/** A session that a test looks into from outside, by the name that it began with. */
async function settingsLeft(connection: PostgresConnection) {
  const { rows } = await connection.query<{ name: string; setting: string }>(
    {
      text: `select name, reset_val as setting from pg_settings
             where name in ('TimeZone', 'DateStyle', 'lock_timeout', 'default_transaction_read_only')`,
    },
    never,
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

describe("a session with the source", () => {
  const open: PostgresConnection[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  const connect = () => {
    const connection = new PostgresConnection(source.url());
    open.push(connection);
    return connection;
  };

  test("keeps nothing of what a query set, and goes on reading only", async () => {
    const connection = connect();
    await connection.query(
      {
        text: `select set_config('default_transaction_read_only', 'off', false), set_config('timezone', 'Asia/Tokyo', false),
                 set_config('lock_timeout', '1ms', false)`,
      },
      never,
    );
    const { rows } = await connection.query<Record<string, string>>(
      {
        text: `select current_setting('timezone') as zone, current_setting('lock_timeout') as lock,
                 current_setting('transaction_read_only') as read_only`,
      },
      never,
    );
    expect(rows).toEqual([{ zone: "UTC", lock: "30s", read_only: "on" }]);
    await source.run("create table if not exists bumps (n int)");
    await expect(
      connection.query({ text: "insert into bumps values (1)" }, never),
    ).rejects.toMatchObject({ code: "SOURCE_QUERY_INVALID" });
    await expect(
      connection.query(
        { text: "select set_config('transaction_read_only', 'off', true)" },
        never,
      ),
    ).rejects.toMatchObject({ retryable: false });
  });

  test("has its own settings again between two statements, so a pooler hands on a clean one", async () => {
    const connection = connect();
    const before = await settingsLeft(connection);
    const copy = connection.copy(
      { statement: "copy (select 1) to stdout", label: "backfill/7" },
      never,
    );
    for await (const { bytes } of copy) expect(bytes.toString()).toBe("1\n");
    const { rows } = await connection.query<{ pid: number }>(
      { text: "select pg_backend_pid() as pid" },
      never,
    );
    const seen = await source.run(
      `select application_name, state from pg_stat_activity where pid = ${rows[0]?.pid ?? 0}`,
    );
    expect(seen).toEqual([{ application_name: "refill", state: "idle" }]);
    expect(await settingsLeft(connection)).toEqual(before);
  });

  test("goes on after a COPY that failed", async () => {
    const connection = connect();
    const copy = connection.copy(
      { statement: "copy (select 1 / 0) to stdout", label: "fails" },
      never,
    );
    await expect(
      (async () => {
        for await (const chunk of copy) expect(chunk).toBeNull();
      })(),
    ).rejects.toMatchObject({ code: "SOURCE_DATA_INVALID" });
    const { rows } = await connection.query<{ one: number }>(
      { text: "select 1 as one" },
      never,
    );
    expect(rows).toEqual([{ one: 1 }]);
  });
});

describe("types of one's own", () => {
  test("are the same under any search_path, at the source and at the target", async () => {
    const types = `
      create schema app; create type app.mood as enum ('sad', 'ok');
      create type public.mood as enum ('another')`;
    await source.run(types);
    await target.run(types);
    await source.run(`
      create table app.people (at timestamptz not null, mood app.mood, moods app.mood[]);
      insert into app.people values ('2001-01-02Z', 'ok', '{sad,ok}')`);
    const url = new URL(source.url());
    url.searchParams.set("options", "-c search_path=app");
    const people = source.open(
      { table: "people" },
      { connectionString: url.href },
    );
    const facts = await people.inspect(never);
    expect(facts.columns.map(({ type }) => type)).toEqual([
      "timestamp with time zone",
      "app.mood",
      "app.mood[]",
    ]);
    for (const [token, table] of [
      [1, "public.made"],
      [2, "public.there"],
    ] as const) {
      if (table === "public.there") {
        await target.run("create table public.there (like public.made)");
      }
      const rows = await stageRows(
        people,
        target.open({ table, create: table === "public.made" }),
        { token },
      );
      await rows.publish();
      expect(await target.run(`select mood::text from ${table}`)).toEqual([
        { mood: "ok" },
      ]);
    }
  });
});

describe("money", () => {
  test("is the number that the database takes it for, and is staged as one", async () => {
    await source.run(`
      create table prices (at timestamptz not null, price money, prices money[]);
      insert into prices values ('2001-01-02Z', 1234.5, '{1,2.25}')`);
    expect(await readObjects(source.open({ table: "prices" }))).toMatchObject([
      { price: 1234.5, prices: [1, 2.25] },
    ]);
    const rows = await stageRows(
      source.open({ table: "prices" }),
      target.open({ table: "public.prices" }),
      { token: 3 },
    );
    const [staged] = await target.staged();
    const column = await target.run(
      `select format_type(atttypid, -1) as type from pg_attribute where attrelid = 'refill_export."${String(staged)}"'::regclass and attname = 'price'`,
    );
    expect(column).toEqual([{ type: "numeric" }]);
    await rows.publish();
    expect(
      await target.run(
        "select price::numeric::text as price, prices::numeric[]::text as prices from public.prices",
      ),
    ).toEqual([{ price: "1234.50", prices: "{1.00,2.25}" }]);
  });
});
