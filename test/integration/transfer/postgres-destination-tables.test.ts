import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { PostgresSourceDefinition } from "../../../src/definition/sources/postgres.js";
import type { RefillError } from "../../../src/domain/errors.js";
import { interval, postgresFixture } from "./postgres-fixture.js";
import { rowTarget, stageRows, type TargetOptions } from "./row-target.js";

const source = postgresFixture();
const target = rowTarget();

async function copyOf(
  definition: Partial<PostgresSourceDefinition>,
  options: TargetOptions = {},
  of = interval("2001-01-01T00:00:00Z", "2002-01-01T00:00:00Z"),
) {
  const rows = await stageRows(source.open(definition), target.open(options), {
    of,
    token: (token += 1),
  });
  await rows.publish();
  return rows.records;
}
let token = 0;

async function refusalOf(
  definition: Partial<PostgresSourceDefinition>,
  options: TargetOptions = {},
): Promise<RefillError> {
  return copyOf(definition, options).then(
    () => {
      throw new Error("Expected a refusal, got none.");
    },
    (error: unknown) => error as RefillError,
  );
}

const types: readonly (readonly [type: string, values: string])[] = [
  ["boolean", "true"],
  ["smallint", "-32768"],
  ["integer", "2147483647"],
  ["bigint", "9223372036854775807"],
  ["numeric", "'NaN'"],
  ["numeric(30,10)", "12345678901234567890.0123456789"],
  ["real", "'-Infinity'"],
  ["double precision", "0.1::float8 + 0.2::float8"],
  ["money", "'-1234.56'::numeric::money"],
  ["text", "e'tab\\t, back\\\\slash, line\\nfeed, \\\\N, quote \"'"],
  ["text", "''"],
  ["text", "null"],
  ["character varying(20)", "'vår'"],
  ["character(5)", "'ab'"],
  ["bytea", "'\\x00ff5c0a'"],
  ["uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  ["date", "'0044-03-15 BC'"],
  ["date", "'infinity'"],
  ["time", "'23:59:59.999999'"],
  ["time with time zone", "'23:59:59.999999+05:30'"],
  ["timestamp", "'2001-02-03 04:05:06.789012'"],
  ["timestamp(3)", "'2001-02-03 04:05:06.789'"],
  ["timestamp with time zone", "'294276-12-31 23:59:59.999999+00'"],
  ["interval", "'-1 year 2 mons -3 days 04:05:06.789'"],
  ["json", 'e\'{"a": [1,  2],\\n "b": null}\''],
  ["jsonb", "'{\"n\": 12345678901234567890.123}'"],
  ["integer[]", "'{{1,2},{3,null}}'"],
  ["text[]", "array['a,b', 'c\"d', null, 'null', '']"],
  ["inet", "'2001:db8::1/64'"],
  ["cidr", "'10.0.0.0/8'"],
  ["macaddr", "'08:00:2b:01:02:03'"],
  ["bit(5)", "b'10101'"],
  ["bit varying", "b'1'"],
  ["int4range", "'[1,10)'"],
  ["tstzrange", "'[2001-01-01 00:00+00,infinity)'"],
  ["nummultirange", "'{[1.5,2),[3,4]}'"],
  ["point", "'(1.5,-2)'"],
  ["polygon", "'((0,0),(1,1),(2,0))'"],
  ["xml", "'<a b=\"c\">d</a>'"],
  ["tsvector", "to_tsvector('english', 'the quick brown fox')"],
  ["pg_lsn", "'16/B374D848'"],
  ["mood", "'so so'"],
  ["pair", "row(1, 'a \"b\", c')::pair"],
  ["posint", "7"],
];

const ownTypes = `
  create type mood as enum ('sad', 'so so');
  create type pair as (a integer, b text);
  create domain posint as integer check (value > 0)`;

describe("a table that is copied", () => {
  beforeAll(async () => {
    await source.run(ownTypes);
    await target.run(ownTypes);
    const columns = types.map(([type], n) => `c${n} ${type}`).join(", ");
    const values = types.map(([, value]) => value).join(", ");
    await source.run(
      `create table every_type (at timestamptz, "a ""b"" Ü" text, ${columns});
       insert into every_type values ('2001-06-01', 'x', ${values}), ('2001-06-02' ${", null".repeat(types.length + 1)})`,
    );
  });

  test("has every type and every value of the source", async () => {
    expect(
      await copyOf({ table: "every_type" }, { table: "public.every" }),
    ).toBe(2);
    const shape = (table: string) =>
      `select attname, format_type(atttypid, atttypmod) as type from pg_attribute
       where attrelid = '${table}'::regclass and attnum > 0 order by attnum`;
    const made = await target.run(shape("every"));
    const expected = await source.run(shape("every_type"));
    // A domain is sent as what it is made of.
    expect(made).toEqual(
      expected.map((column) =>
        column["type"] === "posint" ? { ...column, type: "integer" } : column,
      ),
    );
    const text = (table: string) =>
      `select t::text as row from ${table} as t order by at`;
    await source.run("set timezone = 'UTC'");
    await target.run("set timezone = 'UTC'");
    expect(await target.run(text("every"))).toEqual(
      await source.run(text("every_type")),
    );
  });

  test("keeps what the source's roles and databases set otherwise apart from its values", async () => {
    await source.run(
      `do $$ begin execute format('alter database %I set intervalstyle = sql_standard', current_database()); end $$`,
    );
    await target.run(
      `do $$ begin execute format('alter database %I set datestyle = ''SQL, DMY''', current_database()); end $$`,
    );
    for (const { run } of [source, target]) {
      await run(
        `do $$ begin execute format('alter database %I set quote_all_identifiers = on', current_database()); end $$`,
      );
    }
    await copyOf({ table: "every_type" }, { table: "public.every" });
    const [row] = await target.run(
      "select extract(epoch from c23) as seconds, c20::text as at from every where c0",
    );
    const [expected] = await source.run(
      "select extract(epoch from c23) as seconds, c20::text as at from every_type where c0",
    );
    expect(row).toEqual(expected);
  });
});

describe("a table that is there already", () => {
  beforeEach(async () => {
    await source.run(`
      drop table if exists events;
      create table events (id bigint, at timestamptz, price numeric(10,2), name varchar(30));
      insert into events values (1, '2001-06-01', 1.25, 'one')`);
    await target.run("drop table if exists copied");
  });

  test("is told from what does not fit, column by column", async () => {
    await target.run(
      `create table copied (id integer, at timestamptz, price numeric(10,1), who text not null, made timestamptz not null default now())`,
    );
    const refusal = await refusalOf({ table: "events" }, { create: false });
    expect(refusal).toMatchObject({
      code: "DESTINATION_TABLE_MISMATCH",
      retryable: false,
    });
    expect(refusal.details["problems"]).toEqual([
      "its id is integer, got id (bigint)",
      "its price is numeric(10,1), got price (numeric(10,2))",
      "it has no column name (character varying(30))",
      "its who is NOT NULL, without a default",
    ]);
  });

  test("takes what fits, and fills its other columns by itself", async () => {
    await target.run(`
      create table copied (key bigint generated always as identity, id numeric, at timestamptz not null,
        price numeric(12,3), name text, made date not null default '2020-01-01') partition by range (at);
      create table copied_2001 partition of copied for values from ('2001-01-01') to ('2002-01-01')`);
    await copyOf({ table: "events" }, { create: false });
    expect(
      await target.run("select key, id, price, name, made::text from copied"),
    ).toEqual([
      { key: "1", id: "1", price: "1.250", name: "one", made: "2020-01-01" },
    ]);
  });

  test("may have domains, also of domains, of what the columns are", async () => {
    await target.run(`
      create domain amount as numeric(10,2); create domain price as amount check (value > 0);
      create domain moment as timestamptz;
      create table copied (id bigint, at moment, price price, name text)`);
    await copyOf({ table: "events" }, { create: false });
    expect(await target.run("select id, price from copied")).toEqual([
      { id: "1", price: "1.25" },
    ]);
    await target.run("drop table copied; drop domain price, amount, moment");
  });

  test("must be there where it is not to be made, and must be a table", async () => {
    const missing = await refusalOf({ table: "events" }, { create: false });
    expect(missing.code).toBe("DESTINATION_TABLE_MISMATCH");
    await target.run("create or replace view looked as select 1 as id");
    const view = await refusalOf(
      { table: "events" },
      { table: "public.looked" },
    );
    expect(view.code).toBe("DESTINATION_TABLE_MISMATCH");
    const schema = await refusalOf({ table: "events" }, { table: "no.where" });
    expect(schema).toMatchObject({ code: "DESTINATION_TABLE_MISMATCH" });
  });

  test("refuses rows that its constraints refuse, and nothing of the run is there", async () => {
    await target.run(
      "create table copied (id bigint, at timestamptz, price numeric check (price < 1), name text)",
    );
    const refusal = await refusalOf({ table: "events" });
    expect(refusal).toMatchObject({
      code: "DESTINATION_DATA_REFUSED",
      retryable: false,
    });
    expect(await target.run("select * from copied")).toEqual([]);
  });

  test("does not keep rows that a row-level policy hides from the delete", async () => {
    const role = `refill_rls_${process.pid}`;
    await target.run(`
      create table copied (id bigint, at timestamptz, price numeric, name text);
      create role ${role} login password 'p';
      grant all on copied to ${role};
      grant usage on schema public to ${role};
      do $$ begin execute format('grant create on database %I to ${role}', current_database()); end $$;
      grant all on schema refill_export to ${role}; grant all on refill_export.published to ${role};
      alter table copied enable row level security;
      create policy own on copied using (id > 100) with check (true)`);
    try {
      const url = new URL(target.url());
      url.username = role;
      url.password = "p";
      const refusal = await refusalOf({ table: "events" }, { url: url.href });
      expect(refusal).toMatchObject({ code: "DESTINATION_UNWRITABLE" });
    } finally {
      await target.run(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test("is replaced by the clock of the zone that the source's column shows", async () => {
    await source.run(`
      create table if not exists local as
        select (at at time zone 'America/New_York') as at, n from (
          select timestamptz '2001-10-28 00:00Z' + n * interval '20 minutes' as at, n from generate_series(0, 71) as n
        ) as instants`);
    const zone = "America/New_York";
    const options = {
      table: "public.local",
      rows: { timestampTimeZone: zone },
    };
    let copied = 0;
    for (let again = 0; again < 2; again += 1) {
      copied = 0;
      for (let hour = 0; hour < 30; hour += 1) {
        const startMs = Date.parse("2001-10-28T00:00:00Z") + hour * 3_600_000;
        const definition = { table: "local", timestamp_timezone: zone };
        const of = { startMs, endMs: startMs + 3_600_000 };
        copied += await copyOf(definition, options, of);
      }
    }
    expect(copied).toBe(72);
    expect(
      await target.run(
        "select count(*)::int as n, sum(n)::int as s from local",
      ),
    ).toEqual([{ n: 72, s: (71 * 72) / 2 }]);
  });
});
