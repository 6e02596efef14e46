import { beforeAll, describe, expect, test } from "@jest/globals";
import type { PostgresSourceDefinition } from "../../../src/definition/sources/postgres.js";
import type { PostgresSourceOptions } from "../../../src/transfer/sources/postgres/postgres-source.js";
import { never, postgresFixture, readObjects } from "./postgres-fixture.js";

const postgres = postgresFixture();
const inspect = (
  definition: Partial<PostgresSourceDefinition>,
  options: Partial<PostgresSourceOptions> = {},
) => postgres.open(definition, options).inspect(never);

const containing = (text: string) => expect.stringContaining(text);

beforeAll(() =>
  postgres.run(`
    create schema "Two Words";
    create table "Two Words"."Ünï ""quoted"" táble" (at timestamptz);
    insert into "Two Words"."Ünï ""quoted"" táble" values ('2001-02-03Z');
    create table flights (departed_at timestamptz, origin text, "Delay" int);
    create index on flights (departed_at);
    create sequence numbers;`),
);

describe("a table", () => {
  test.each([
    "flights",
    "FLIGHTS",
    "public.flights",
    'public."flights"',
    " public . flights ",
  ])("is found as %j by the rules of SQL", async (table) => {
    const facts = await inspect({ table, timestamp_column: "departed_at" });
    expect(facts.columns.map(({ name }) => name)).toEqual([
      "departed_at",
      "origin",
      "Delay",
    ]);
  });

  test("may have any name", async () => {
    const source = postgres.open({
      table: '"Two Words"."Ünï ""quoted"" táble"',
    });
    await source.inspect(never);
    expect(await readObjects(source)).toHaveLength(1);
  });

  test.each([
    '"Flights"',
    "nowhere.flights",
    "two words",
    "",
    "numbers",
    "a.b.c.d",
  ])("is not found as %j", async (table) => {
    await expect(inspect({ table })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
    });
  });

  test("may be called in its where by its own name", async () => {
    await inspect({
      table: "flights",
      timestamp_column: "departed_at",
      where: "flights.origin = 'JFK' and public.flights.\"Delay\" > 1 -- late",
    });
  });
});

describe("a column", () => {
  test("that is not there is answered with those near it", async () => {
    const definition = { table: "flights", timestamp_column: "departd_at" };
    await expect(inspect(definition)).rejects.toMatchObject({
      code: "SOURCE_COLUMN_NOT_FOUND",
      message: containing("Near it: departed_at."),
    });
  });

  test("with no name near it is answered with all of them", async () => {
    const definition = {
      table: "flights",
      timestamp_column: "departed_at",
      columns: ["origin", "passengers"],
    };
    await expect(inspect(definition)).rejects.toMatchObject({
      code: "SOURCE_COLUMN_NOT_FOUND",
      message: containing("Its columns: departed_at, origin, Delay."),
    });
  });

  test("is exported in the order that the definition names", async () => {
    const facts = await inspect({
      table: "flights",
      timestamp_column: "Departed_At",
      columns: ["Delay", "origin"],
    });
    expect(facts.columns.map(({ name }) => name)).toEqual(["Delay", "origin"]);
  });
});

describe("the definition's own SQL", () => {
  const at = "timestamptz '2001-01-01Z' as at";
  test.each([
    ["two statements", { query: `select ${at}; drop table flights` }],
    ["a closed parenthesis", { query: `select ${at}) as x, (select 1` }],
    [
      "statements behind a closed parenthesis",
      {
        query: `select ${at}) as x; rollback; begin read write; drop table flights; commit; select * from (select ${at}`,
      },
    ],
    ["two columns of one name", { query: `select ${at}, 1 as a, 2 as a` }],
    [
      "a statement that writes",
      { query: `delete from flights returning departed_at as at` },
    ],
    ["bad syntax", { query: "selec" }],
    ["a parameter", { query: `select ${at}, $1::text as text` }],
    ["nothing", { query: "-- nothing" }],
    ["a function that does not exist", { query: `select ${at}, nothing()` }],
  ])("is refused as a query with %s", async (_what, definition) => {
    await expect(inspect(definition)).rejects.toMatchObject({
      code: "SOURCE_QUERY_INVALID",
    });
    expect(await postgres.run("select * from flights")).toEqual([]);
  });

  test.each([
    "true) or (true",
    "true order by 1",
    "true; drop table flights",
    "true union select 1",
    "origin",
    "",
  ])("is refused as a where of %j", async (where) => {
    const definition = {
      table: "flights",
      timestamp_column: "departed_at",
      where,
    };
    await expect(inspect(definition)).rejects.toMatchObject({
      code: "SOURCE_QUERY_INVALID",
    });
    expect(await postgres.run("select * from flights")).toEqual([]);
  });

  test("may end with semicolons", async () => {
    const facts = await inspect({ query: `select ${at} ;\n;\n` });
    expect(facts.columns.map(({ name }) => name)).toEqual(["at"]);
  });

  test("cannot write, not even through a function", async () => {
    await postgres.run(`
      create function write() returns int language sql as $$ insert into flights (origin) values ('X') returning 1 $$`);
    const source = postgres.open({ query: `select ${at}, write() as written` });
    await expect(readObjects(source)).rejects.toMatchObject({
      code: "SOURCE_QUERY_INVALID",
    });
    expect(await postgres.run("select * from flights")).toEqual([]);
  });
});

describe("Refill's own tables", () => {
  beforeAll(() =>
    postgres.run(`
      create schema refill;
      create table refill.run (at timestamptz);
      create table refill.backfill (at timestamptz);
      create table refill.interval_claim (at timestamptz);
      create view harmless as select at from refill.run;
      create materialized view copied as select at from refill.run;
      create view nested as with runs as (select * from harmless) select at from runs limit 1;`),
  );

  test.each([
    { table: "refill.run" },
    { table: "harmless" },
    { table: "nested" },
    { query: "select now() as at, (select count(*) from refill.run) as runs" },
    {
      query:
        "select departed_at as at from flights where exists (select from harmless)",
    },
    {
      table: "flights",
      timestamp_column: "departed_at",
      where: "exists (select from refill.run)",
    },
  ])("are no source: %j", async (definition) => {
    const forbidden = { code: "SOURCE_FORBIDDEN", retryable: false };
    for (const isDefaultConnection of [true, false]) {
      const source = postgres.open(definition, { isDefaultConnection });
      await expect(source.inspect(never)).rejects.toMatchObject(forbidden);
      await expect(readObjects(source)).rejects.toMatchObject(forbidden);
    }
  });

  test("leave the other tables of their database alone", async () => {
    await inspect(
      { table: "flights", timestamp_column: "departed_at" },
      { isDefaultConnection: true },
    );
  });
});

describe("an index", () => {
  const warning = [containing("No index on at of ")];

  test.each([
    ["none", "", warning],
    ["one on the timestamp", "create index on indexed (at)", []],
    ["one that begins with it", "create index on indexed (at desc, id)", []],
    ["a block range index", "create index on indexed using brin (at)", []],
    ["one that ends with it", "create index on indexed (id, at)", warning],
    ["one of some rows", "create index on indexed (at) where id > 5", warning],
    [
      "one on an expression",
      "create index on indexed (date_trunc('day', at, 'UTC'))",
      warning,
    ],
    [
      "one on a column of a like name",
      "create index on indexed (not_at)",
      warning,
    ],
  ])("is asked for where there is %s", async (_what, create, warnings) => {
    await postgres.run(`
      drop table if exists indexed cascade;
      create table indexed (id int, at timestamptz, not_at timestamptz);
      ${create}`);
    expect((await inspect({ table: "indexed" })).warnings).toEqual(warnings);
  });

  test.each(["timestamptz", "timestamp", "date"])(
    "on a column of type %s is recognised below partitions, views and queries",
    async (type) => {
      await postgres.run(`
        drop table if exists parted cascade;
        create table parted (id int, "The At" ${type}) partition by range ("The At");
        create table part1 partition of parted for values from ('2010-01-01') to ('2011-01-01');
        create table part2 partition of parted for values from ('2011-01-01') to ('2012-01-01');
        create view parted_view as select id, "The At" as at from parted where id is not null;`);
      const zone = { timestamp_timezone: "America/New_York" };
      const warningsOf = async () =>
        [
          ...(
            await inspect({
              table: "parted",
              timestamp_column: "The At",
              ...zone,
            })
          ).warnings,
          ...(await inspect({ table: "parted_view", ...zone })).warnings,
          ...(
            await inspect({
              query: `select "The At" as at from parted`,
              ...zone,
            })
          ).warnings,
        ].filter((text) => text.startsWith("No index"));
      expect(await warningsOf()).toHaveLength(3);
      await postgres.run('create index on parted ("The At")');
      expect(await warningsOf()).toEqual([]);
    },
  );
});

describe("row-level security", () => {
  const warningsAs = async (role: string) => {
    const options = encodeURIComponent(`-c role=${role}`);
    const connectionString = `${postgres.url()}?options=${options}`;
    const facts = await inspect({ table: "tenants" }, { connectionString });
    return facts.warnings;
  };

  test("is warned of where it hides rows from the source's user", async () => {
    await postgres.run(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'refill_tenant') then
          create role refill_tenant;
          create role refill_auditor bypassrls;
        end if;
      end $$;
      create table tenants (at timestamptz, tenant text);
      create index on tenants (at);
      grant select on tenants to refill_tenant, refill_auditor;
      create policy own on tenants for select to refill_tenant using (tenant = 'a');`);
    expect(await warningsAs("refill_tenant")).toEqual([]);
    await postgres.run("alter table tenants enable row level security");
    expect(await warningsAs("refill_tenant")).toEqual([
      containing("Row-level security of public.tenants applies"),
    ]);
    expect(await warningsAs("refill_auditor")).toEqual([]);
  });
});

describe("a connection", () => {
  const withUrl = (change: (url: URL) => void) => {
    const url = new URL(postgres.url());
    change(url);
    return inspect(
      { table: "flights", timestamp_column: "departed_at" },
      { connectionString: url.href },
    );
  };

  test("with a wrong password says so, and not the password", async () => {
    await postgres.run(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'refill_nobody') then
          create role refill_nobody nologin password 'x';
        end if;
      end $$`);
    const attempt = withUrl((url) => {
      url.username = "refill_nobody";
      url.password = "hunter2";
    });
    await expect(attempt).rejects.toMatchObject({
      code: "SOURCE_AUTH_FAILED",
      retryable: false,
    });
    await expect(attempt).rejects.not.toMatchObject({
      message: containing("hunter2"),
    });
  });

  test("to a database that is not there says so", async () => {
    await expect(
      withUrl((url) => (url.pathname = "/nowhere")),
    ).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("to a server that is not there is worth another try", async () => {
    await expect(withUrl((url) => (url.port = "1"))).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      retryable: true,
    });
  });

  test("by a text that is no URL does not tell the text", async () => {
    const connectionString = "postgres://user:hunter2@[bad/database";
    const attempt = inspect({ table: "flights" }, { connectionString });
    const error: unknown = await attempt.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_AUTH_FAILED" });
    const { inspect: show } = await import("node:util");
    expect(show(error, { depth: 9, showHidden: true })).not.toContain(
      "hunter2",
    );
  });

  test("without the right to read the table says so", async () => {
    await postgres.run(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'refill_reader') then
          create role refill_reader;
        end if;
        execute format('grant connect on database %I to refill_reader', current_database());
      end $$`);
    const source = postgres.open(
      { table: "flights", timestamp_column: "departed_at" },
      {
        connectionString: `${postgres.url()}?options=${encodeURIComponent("-c role=refill_reader")}`,
      },
    );
    await expect(source.inspect(never)).rejects.toMatchObject({
      code: "SOURCE_FORBIDDEN",
    });
  });
});
