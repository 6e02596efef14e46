import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ParquetFormatDefinition } from "../../../src/definition/formats/parquet.js";
import { parquetFormat } from "../../../src/transfer/formats/parquet/parquet.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { pythonReaders } from "../readers/python-readers.js";
import { all2001, never, postgresFixture } from "./postgres-fixture.js";

const readers = pythonReaders();
const describeReaders = readers.missing === null ? describe : describe.skip;
const suite =
  readers.missing === null
    ? "pyarrow and DuckDB"
    : `pyarrow and DuckDB (skipped: ${readers.missing})`;

describeReaders(suite, () => {
  const postgres = postgresFixture();
  const at = "timestamptz '2001-02-03 04:05:06.789012Z'";
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "refill-readers-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Writes the rows of the query, and compares each column as each reader sees it with what the server says of it. */
  async function compare(
    query: string,
    expressions: Readonly<Record<string, string>>,
    definition: Partial<ParquetFormatDefinition> = {},
  ): Promise<void> {
    const source = postgres.open({ query });
    const format = parquetFormat({
      type: "parquet",
      compression: "zstd",
      level: null,
      ...definition,
    });
    const request = {
      interval: all2001,
      encoding: format.rowEncoding,
    };
    const rows = source.rows({ ...request, label: "test" }, never);
    const file = format.encode({
      columns: await rows.columns(),
      chunks: rows,
      facts: anyFacts,
    });
    const path = join(folder, "rows.parquet");
    await writeFile(path, file);
    const names = Object.keys(expressions);
    const read = await readers.read(path, names);
    const [answer] = await postgres.run(
      `select json_build_array(${Object.values(expressions)
        .map((expression) => `json_agg(${expression} order by n)`)
        .join(", ")}) as columns from (${query}) as r`,
    );
    const columns = answer?.["columns"] as readonly unknown[][];
    for (const [index, name] of names.entries()) {
      const expected = columns[index] ?? [];
      for (const reader of ["pyarrow", "duckdb"] as const) {
        const values = read[reader][name] ?? [];
        expect({ name, reader, ...firstDifference(values, expected) }).toEqual({
          name,
          reader,
          rows: expected.length,
          difference: null,
        });
      }
    }
  }

  const microseconds = (name: string) =>
    `(extract(epoch from ${name}) * 1000000)::int8::text`;
  const days = (name: string) => `(${name} - date '1970-01-01')::text`;

  // The rows of the first fill more than one row group, and many pages.
  test.each([
    ["zstd", 70_000],
    ["snappy", 5_000],
    ["gzip", 5_000],
    ["none", 5_000],
  ] as const)(
    "read values of every type as the server has them (%s, %i rows)",
    async (compression, rows) => {
      const query = `
        select ${at} as at, n, repeat(md5(n::text), 30) as filler,
          nullif(n % 3, 0) = 1 as bool,
          nullif(n % 32768 - 16384, 7)::int2 as int2,
          nullif(n * 7919 - 2000000000, 9)::int4 as int4,
          case when n % 5 > 0 then (n::int8 - 100000) * 92233720368547 end as int8,
          case n % 6 when 0 then 'NaN'::float4 when 1 then '-Infinity' when 2 then '-0' when 3 then null else n / 7.0 end::float4 as float4,
          case n % 6 when 0 then 'NaN'::float8 when 1 then 'Infinity' when 2 then '-0' when 3 then null else n / 7.0 end::float8 as float8,
          case n % 4 when 0 then '' when 1 then null else repeat('é😀' || n, n % 9) end as text,
          (array['new', 'paid', 'sent'])[n % 4 + 1] as few,
          case when n % 7 > 0 then md5(n::text)::uuid end as uuid,
          case when n % 7 > 1 then decode(md5(n::text), 'hex') when n % 7 = 1 then '' end::bytea as bytea,
          timestamptz '2001-02-03Z' + n * interval '1234.567891 seconds' as timestamptz,
          nullif(timestamp '0044-03-15 12:00 BC' + n * interval '7 days', null) as timestamp,
          case when n % 10 > 0 then date '4713-01-01 BC' + n * 10 end as date,
          time '00:00' + (n % 86400) * interval '1.000001 seconds' as time,
          case when n % 10 > 0 then n * 12.34 - 500000 end::numeric(9, 2) as decimal32,
          (n * 12345678.901234 - 5)::numeric(18, 6) as decimal64,
          (n * 1234567890123456789012345.678901)::numeric(38, 6) as decimal128,
          case n % 50 when 0 then 'NaN' when 1 then '-Infinity' when 2 then 123.4500 when 3 then null else n * 1e30 + n / 7.0 end::numeric as numeric,
          case when n % 3 > 0 then jsonb_build_object('n', n, 'list', array[n, null]) end as jsonb,
          case n % 5 when 0 then null when 1 then '{}' when 2 then array[null]::int8[] else array[n, null, n + 1]::int8[] end as list,
          case n % 4 when 0 then array['a', null, ''] else array['{"x"}', n::text] end as texts
        from generate_series(1, ${rows}) as series (n)`;
      await compare(
        query,
        {
          n: "n::text",
          bool: "bool::text",
          int2: "int2::text",
          int4: "int4::text",
          int8: "int8::text",
          float4: "encode(float4send(float4), 'hex')",
          float8: "encode(float8send(float8), 'hex')",
          text: "text",
          few: "few",
          uuid: "uuid::text",
          bytea: "encode(bytea, 'hex')",
          timestamptz: microseconds("timestamptz"),
          timestamp: microseconds("timestamp"),
          date: days("date"),
          time: microseconds("time"),
          decimal32: "decimal32::text",
          decimal64: "decimal64::text",
          decimal128: "decimal128::text",
          numeric: "numeric::text",
          jsonb: "jsonb::text",
          list: "list::text[]",
          texts: "texts",
        },
        { compression },
      );
    },
  );

  test("read types without a form of their own as the server's text", async () => {
    await postgres.run(`
      create type mood as enum ('sad', 'happy');
      create type pair as (a int, b text);
      create domain price as numeric(10, 2);
      create domain grid as int4[][];
      create type nested as (p pair, list pair[]);
      create table matrix (n int, at timestamptz, cells int4[][], grid grid);
      insert into matrix values (1, ${at}, '{{1,2},{3,4}}', '{{5}}');`);
    const asText = [
      "xml",
      "inet",
      "cidr",
      "macaddr",
      "bit",
      "varbit",
      "tsvector",
      "point",
      "interval",
      "timetz",
      "range",
      "multirange",
      "pair",
      "oid",
      "char1",
      "line",
      "lseg",
      "box",
      "path",
      "polygon",
      "circle",
      "macaddr8",
      "tsquery",
      "lsn",
      "jsonpath",
      "numrange",
      "datemulti",
      "nested",
    ];
    await compare(
      `select ${at} as at, 1 as n, 'happy'::mood as mood, '{sad,NULL}'::mood[] as moods, 12.5::price as price, '{1.25,NULL}'::numeric(5,2)[] as prices,
         '{1.5}'::price[] as domains, 'ab  '::char(4) as padded, 'x'::varchar(3) as varchar, 'name'::name as name,
         '$1.50'::money as money, '<a/>'::xml as xml, '::1/64'::inet as inet, '10.0.0.0/8'::cidr as cidr, '08:00:2b:01:02:03'::macaddr as macaddr,
         b'101' as bit, b'1'::varbit as varbit, 'a fat cat'::tsvector as tsvector, point '(1,2)' as point, interval '1 day 2 hours' as interval,
         timetz '01:02:03+04' as timetz, int4range(1, 5) as range, '{[1,2),[5,6)}'::int4multirange as multirange, row(1, 'x')::pair as pair,
         line '{1,-1,0}' as line, lseg '[(0,0),(1,1)]' as lseg, box '((1,1),(0,0))' as box, path '[(0,0),(1,1)]' as path,
         polygon '((0,0),(1,1),(1,0))' as polygon, circle '<(1,2),3>' as circle, '08:00:2b:01:02:03:04:05'::macaddr8 as macaddr8,
         'fat & !cat'::tsquery as tsquery, '16/B374D848'::pg_lsn as lsn, '$.a[*]'::jsonpath as jsonpath, '(1.50,]'::numrange as numrange,
         '{[2001-02-03,infinity)}'::datemultirange as datemulti, row(row(1, 'x'), array[row(null, 'y')::pair])::nested as nested,
         42::oid as oid, 'c'::"char" as char1, '{::1,NULL}'::inet[] as inets, array[row(1, 'x,y')::pair] as pairs, '{"a": 1}'::json as json,
         array['{"a": 1}'::jsonb, null] as jsonbs, '{2001-02-03}'::date[] as dates`,
      {
        ...Object.fromEntries(
          asText
            .filter((name) => name !== "interval")
            .map((name) => [name, `${name}::text`]),
        ),
        interval: "'P1DT2H'::text",
        mood: "mood::text",
        moods: "moods::text[]",
        money: "money::numeric::text",
        price: "price::text",
        prices: "prices::text[]",
        domains: "domains::text[]",
        padded: "padded",
        varchar: "varchar",
        name: "name::text",
        inets: "inets::text::text[]", // a cast of each would add /128
        pairs: "pairs::text[]",
        json: "json::text",
        jsonbs: "jsonbs::text[]",
        dates: "array['2001-02-03'::text]",
      },
    );
    await compare("select * from matrix", {
      cells: "cells::text",
      grid: "grid::text",
    });
  });

  test("read the infinities of time as its least and greatest number", async () => {
    await compare(
      `select ${at} as at, n, v::timestamptz as timestamptz, v::timestamp as timestamp, v::date as date
       from (values (1, 'infinity'), (2, '-infinity'), (3, '2001-02-03')) as t (n, v)`,
      {
        timestamptz: `case n when 1 then '9223372036854775807' when 2 then '-9223372036854775807' else ${microseconds("timestamptz")} end`,
        timestamp: `case n when 1 then '9223372036854775807' when 2 then '-9223372036854775807' else ${microseconds("timestamp")} end`,
        date: `case n when 1 then '2147483647' when 2 then '-2147483647' else '11356' end`,
      },
    );
  });

  test("read names of every kind, NULL in every row, and 1,600 columns", async () => {
    const names = ['a "b"', "ünï cöde\n", " ", "select", "x".repeat(63)];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    await compare(
      `select ${at} as at, n, ${quoted.map((name, index) => `nullif(n, ${index}) as ${name}`).join(", ")}, null::text as nothing, null::int4[] as no_list,
         ${Array.from({ length: 1_590 }, (_, index) => `n as c${index}`).join(", ")}
       from generate_series(1, 3) as series (n)`,
      {
        ...Object.fromEntries(
          names.map((name, index) => [name, `${quoted[index] ?? ""}::text`]),
        ),
        nothing: "nothing",
        no_list: "no_list",
        c1589: "c1589::text",
      },
    );
  });
});

/** Tells where two columns part: comparing whole ones value by value, as expect does, takes minutes. */
function firstDifference(
  values: readonly unknown[],
  expected: readonly unknown[],
) {
  const row = expected.findIndex(
    (value, index) =>
      value !== values[index] &&
      JSON.stringify(value) !== JSON.stringify(values[index]),
  );
  const difference =
    row < 0 ? null : { row, got: values[row], expected: expected[row] };
  return { rows: values.length, difference };
}
