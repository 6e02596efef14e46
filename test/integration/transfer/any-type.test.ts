import { beforeAll, describe, expect, test } from "@jest/globals";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { readParquet } from "../../transfer/formats/parquet/parquet-file.js";
import {
  fileOf,
  plainCsv,
  plainJsonl,
  written,
  zstdParquet,
} from "./file-of.js";
import { all2001, never, postgresFixture } from "./postgres-fixture.js";

/** A value as SQL writes it, and as it is in each format; in CSV without the quotes, in Parquet unless it is the same. */
interface Sample {
  readonly sql: string;
  readonly json: string;
  readonly csv: string;
  readonly parquet?: unknown;
}

/** Types that are written as the server's text in every format. */
const texts: readonly (readonly [sql: string, text: string])[] = [
  ["'[1,5)'::int4range", "[1,5)"],
  ["'empty'::int8range", "empty"],
  ["'(1.50,]'::numrange", "(1.50,)"],
  [
    "tstzrange('2001-02-03 01:00+01', '2001-02-04Z')",
    '["2001-02-03 00:00:00+00","2001-02-04 00:00:00+00")',
  ],
  ["'[2001-02-03,infinity)'::daterange", "[2001-02-03,infinity)"],
  ["'{[1,2),[5,6)}'::int4multirange", "{[1,2),[5,6)}"],
  ["'{}'::datemultirange", "{}"],
  ["interval '1 year -2 days 03:04:05.000006'", "P1Y-2DT3H4M5.000006S"],
  ["interval '-1 month'", "P-1M"],
  ["interval 'infinity'", "infinity"],
  ["'::ffff:1.2.3.4/112'::inet", "::ffff:1.2.3.4/112"],
  ["'1.2.3.4'::inet", "1.2.3.4"],
  ["'10.0.0.0/8'::cidr", "10.0.0.0/8"],
  ["'08:00:2b:01:02:03'::macaddr", "08:00:2b:01:02:03"],
  ["'08:00:2b:01:02:03:04:05'::macaddr8", "08:00:2b:01:02:03:04:05"],
  ["b'101'", "101"],
  ["b'0'::varbit", "0"],
  ["xmlparse(content '<a b=\"c\">é</a>')", '<a b="c">é</a>'],
  ["'a fat:2A cat'::tsvector", "'a' 'cat' 'fat':2A"],
  ["'fat & (rat | !cat)'::tsquery", "'fat' & ( 'rat' | !'cat' )"],
  ["point '(1.5,-2)'", "(1.5,-2)"],
  ["line '{1,-1,0}'", "{1,-1,0}"],
  ["lseg '[(0,0),(1,1)]'", "[(0,0),(1,1)]"],
  ["box '((1,1),(0,0))'", "(1,1),(0,0)"],
  ["path '[(0,0),(1,1)]'", "[(0,0),(1,1)]"],
  ["polygon '((0,0),(1,1),(1,0))'", "((0,0),(1,1),(1,0))"],
  ["circle '<(1,2),3>'", "<(1,2),3>"],
  ["timetz '01:02:03.5+04'", "01:02:03.5+04"],
  ["'16/B374D848'::pg_lsn", "16/B374D848"],
  ["'$.a[*] ? (@ > 1)'::jsonpath", '$."a"[*]?(@ > 1)'],
  ["'pg_class'::regclass", "pg_class"],
  ["'c'::\"char\"", "c"],
  ["'12'::xid8", "12"],
  ["'happy'::mood", "happy"],
  ["'ab'::char(4)", "ab  "],
  ["'é😀'::varchar(3)", "é😀"],
  ["'a=>1'::label", "a=>1"],
];

const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

const others: readonly Sample[] = [
  { sql: "true", json: "true", csv: "t", parquet: true },
  { sql: "(-32768)::int2", json: "-32768", csv: "-32768", parquet: -32768 },
  {
    sql: "(-9223372036854775808)::int8",
    json: "-9223372036854775808",
    csv: "-9223372036854775808",
    parquet: -(2n ** 63n),
  },
  { sql: "'NaN'::numeric", json: '"NaN"', csv: "NaN", parquet: "NaN" },
  {
    sql: "'-Infinity'::float4",
    json: '"-Infinity"',
    csv: "-Infinity",
    parquet: -Infinity,
  },
  { sql: "'-0'::float8", json: "-0", csv: "-0", parquet: -0 },
  { sql: "42::oid", json: '"42"', csv: "42", parquet: "42" },
  {
    sql: "date '0044-03-15 BC'",
    json: '"0044-03-15 BC"',
    csv: "0044-03-15 BC",
    parquet: Date.parse("-000043-03-15T00:00:00Z") / 86_400_000,
  },
  {
    sql: "date 'infinity'",
    json: '"infinity"',
    csv: "infinity",
    parquet: 2 ** 31 - 1,
  },
  {
    sql: "date '-infinity'",
    json: '"-infinity"',
    csv: "-infinity",
    parquet: 1 - 2 ** 31,
  },
  {
    sql: "timestamp '0044-03-15 12:00 BC'",
    json: '"0044-03-15T12:00:00 BC"',
    csv: "0044-03-15 12:00:00 BC",
    parquet: micros("-000043-03-15T12:00:00Z"),
  },
  {
    sql: "timestamptz '12001-02-03 04:05:06.000007+00'",
    json: '"12001-02-03T04:05:06.000007+00:00"',
    csv: "12001-02-03 04:05:06.000007+00",
    parquet: micros("+012001-02-03T04:05:06Z") + 7n,
  },
  {
    sql: "timestamptz '-infinity'",
    json: '"-infinity"',
    csv: "-infinity",
    parquet: 1n - 2n ** 63n,
  },
  {
    sql: "time '24:00'",
    json: '"24:00:00"',
    csv: "24:00:00",
    parquet: 86_400_000_000n,
  },
  {
    sql: "'{{1,2},{3,NULL}}'::int4[]::int4[]",
    json: "[[1,2],[3,null]]",
    csv: "{{1,2},{3,NULL}}",
  },
  {
    sql: "'[0:1]={a,\"b,c\"}'::text[]",
    json: '["a","b,c"]',
    csv: '[0:1]={a,"b,c"}',
    parquet: ["a", "b,c"],
  },
  { sql: "'{}'::int8[]", json: "[]", csv: "{}", parquet: [] },
  {
    sql: "array[int4range(1, 5), null]",
    json: '["[1,5)",null]',
    csv: '{"[1,5)",NULL}',
    parquet: ["[1,5)", null],
  },
  {
    sql: "'{1.2.3.4,NULL,10.0.0.0/8}'::inet[]",
    json: '["1.2.3.4",null,"10.0.0.0/8"]',
    csv: "{1.2.3.4,NULL,10.0.0.0/8}",
    parquet: ["1.2.3.4", null, "10.0.0.0/8"],
  },
  {
    sql: `array[xml '<?xml version="1.0" encoding="UTF-8"?><a b=","/>', null]`,
    json: String.raw`["<a b=\",\"/>",null]`,
    csv: String.raw`{"<a b=\",\"/>",NULL}`,
    parquet: ['<a b=","/>', null],
  },
  {
    sql: "'{(2,2),(1,1);NULL}'::box[]",
    json: '["(2,2),(1,1)",null]',
    csv: "{(2,2),(1,1);NULL}",
    parquet: ["(2,2),(1,1)", null],
  },
  {
    sql: "row(1, 'x,\"y\"', row(null, '')::pair)::nested",
    json: '{"a":1,"b":"x,\\"y\\"","c":{"a":null,"b":""}}',
    csv: '(1,"x,""y""","(,"""")")',
    parquet: '(1,"x,""y""","(,"""")")',
  },
  {
    sql: "array[row(1, null)::pair]",
    json: '[{"a":1,"b":null}]',
    csv: '{"(1,)"}',
    parquet: ["(1,)"],
  },
  { sql: "7::positive", json: "7", csv: "7", parquet: 7 },
  { sql: "'{7}'::positive[]", json: "[7]", csv: "{7}", parquet: [7] },
  { sql: "'{7}'::positives", json: "[7]", csv: "{7}", parquet: [7] },
  {
    sql: '\'{"a": 1.00, "a": "é"}\'::json',
    json: '{"a": 1.00, "a": "é"}',
    csv: '{"a": 1.00, "a": "é"}',
    parquet: '{"a": 1.00, "a": "é"}',
  },
  {
    sql: '\'{"b": 1.00, "a": null}\'::jsonb',
    json: '{"a": null, "b": 1.00}',
    csv: '{"a": null, "b": 1.00}',
    parquet: '{"a": null, "b": 1.00}',
  },
  { sql: "'-1234.5'::money", json: "-1234.50", csv: "-1234.50" },
  { sql: "'{-1234.5}'::money[]", json: "[-1234.50]", csv: "{-1234.50}" },
  { sql: "'\\xfbff00'::bytea", json: '"+/8A"', csv: "\\xfbff00" },
  {
    sql: "array['\\xfbff00'::bytea]",
    json: '["\\\\xfbff00"]',
    csv: '{"\\\\xfbff00"}',
  },
];

const samples: readonly Sample[] = [
  ...texts.map(([sql, text]) => {
    const json = JSON.stringify(text);
    return { sql, json, csv: text, parquet: text };
  }),
  ...others,
];

const postgres = postgresFixture();
const at = "timestamptz '2001-02-03 04:05:06Z' as at";

describe("a value of any type", () => {
  const columns = samples.map(({ sql }, index) => `${sql} as c${index}`);

  beforeAll(async () => {
    await postgres.run(`
      create type mood as enum ('sad', 'happy');
      create type pair as (a int, b text);
      create type nested as (a int, b text, c pair);
      create domain positive as int check (value > 0);
      create domain positives as int[];
      create domain label as text;
      create table every_type as select ${[at, ...columns].join(", ")};
      insert into every_type (at) select ${at};`);
  });

  /** A row of values, and one of NULLs. */
  const table = { table: "every_type" };

  test("is in JSONL as docs/formats.md says", async () => {
    const file = await fileOf(postgres, table, plainJsonl);
    const values = samples.map(({ json }, index) => `"c${index}":${json}`);
    const nulls = samples.map((_, index) => `"c${index}":null`);
    const stamp = '{"at":"2001-02-03T04:05:06+00:00"';
    const [first, second] = file.toString().split("\n");
    expect(first?.split(/,(?="c\d+":)/)).toEqual(
      [stamp, ...values]
        .join(",")
        .concat("}")
        .split(/,(?="c\d+":)/),
    );
    expect(second).toBe(`${[stamp, ...nulls].join(",")}}`);
  });

  test("is in CSV as docs/formats.md says", async () => {
    const file = await fileOf(postgres, table, plainCsv);
    const stamp = "2001-02-03 04:05:06+00";
    expect(file.toString()).toBe(
      `${[stamp, ...samples.map(({ csv }) => csvField(csv))].join(",")}\n${stamp}${",".repeat(samples.length)}\n`,
    );
  });

  test("is in Parquet as docs/formats.md says", async () => {
    const isMatrix = ({ sql }: Sample) => sql.includes("{{");
    const names = samples.map((sample, index) =>
      isMatrix(sample) ? [] : [`c${index}`],
    );
    const file = await fileOf(
      postgres,
      { ...table, columns: names.flat() },
      zstdParquet,
    );
    const [first, second] = await readParquet(file);
    for (const [index, { sql, parquet }] of samples.entries()) {
      const value = first?.[`c${index}`];
      if (parquet !== undefined)
        expect({ sql, value }).toEqual({ sql, value: parquet });
      expect(second?.[`c${index}`] ?? null).toBeNull();
    }
    const bytes = samples.findIndex(({ sql }) => sql === "'\\xfbff00'::bytea");
    expect(Buffer.from(first?.[`c${bytes}`] as Uint8Array)).toEqual(
      Buffer.from("fbff00", "hex"),
    );
    // A list has no room for more dimensions than its column was declared with.
    const matrix = `c${samples.findIndex(isMatrix)}`;
    await expect(
      fileOf(postgres, { ...table, columns: [matrix] }, zstdParquet),
    ).rejects.toMatchObject({
      code: "SOURCE_DATA_INVALID",
      details: { column: matrix },
    });
  });
});

test("a value is not misread where its column is altered just before the copy", async () => {
  await postgres.run(
    `create table altered as select ${at}, 7 as number, 'x' as text`,
  );
  const format = createFormat(zstdParquet);
  const encoding = format.rowEncoding;
  const rows = postgres
    .open({ table: "altered" })
    .rows({ interval: all2001, encoding, label: "test" }, never);
  const columns = await rows.columns();
  await postgres.run("alter table altered alter column number type bigint");
  const file = await written(format, columns, rows);
  expect(await readParquet(file)).toMatchObject([{ number: 7, text: "x" }]);
});

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
