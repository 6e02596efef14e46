import { describe, expect, test } from "@jest/globals";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { postgresFixture, readObjects, readText } from "./postgres-fixture.js";

const postgres = postgresFixture();
const at = "timestamptz '2001-02-03 04:05:06.789012+00'";
const stamp = "2001-02-03T04:05:06.789012+00:00";

const objectsOf = (columns: string) =>
  readObjects(postgres.open({ query: `select ${at} as at, ${columns}` }));

describe("a row as a line of JSON", () => {
  test("keeps every digit of whole and decimal numbers", async () => {
    const text = await readText(
      postgres.open({
        query: `select ${at} as at, 9223372036854775807::int8 as big, 0.1000000000000000055511151231257827::numeric as exact, 0.1::float8 as float, 1e300::float8 as large`,
      }),
    );
    expect(text).toBe(
      `{"at":"${stamp}","big":9223372036854775807,"exact":0.1000000000000000055511151231257827,"float":0.1,"large":1e+300}\n`,
    );
  });

  test("writes bigint and numeric in quotes where strings are asked for, in lists and domains too, and nothing else", async () => {
    await postgres.run("create domain amount as numeric(6,2)");
    const text = await readText(
      postgres.open({
        query: `select ${at} as at, 9223372036854775807::int8 as "b""ig", 1.50::numeric as exact, 2.5::amount as amount,
          array[[1,2],[null,4]]::int8[] as lists, array[1.5]::amount[] as amounts, 'NaN'::numeric as nan, null::int8 as none,
          7::int4 as small, 0.5::float8 as float, '{"a":12345678901234567890}'::jsonb as json`,
      }),
      {
        format: createFormat({
          type: "jsonl",
          compression: "none",
          level: null,
          numbers: "strings",
        }),
      },
    );
    expect(text).toBe(
      `{"at":"${stamp}","b\\"ig":"9223372036854775807","exact":"1.50","amount":"2.50",` +
        `"lists":[["1","2"],[null,"4"]],"amounts":["1.50"],"nan":"NaN","none":null,` +
        `"small":7,"float":0.5,"json":{"a": 12345678901234567890}}\n`,
    );
  });

  test("writes what JSON has no number for as strings", async () => {
    expect(
      await objectsOf(
        "'NaN'::float8 as a, '-Infinity'::float8 as b, 'NaN'::numeric as c, timestamptz 'infinity' as d, date '-infinity' as e",
      ),
    ).toEqual([
      {
        at: stamp,
        a: "NaN",
        b: "-Infinity",
        c: "NaN",
        d: "infinity",
        e: "-infinity",
      },
    ]);
  });

  test("writes bytea as base64 without line breaks, also through a domain", async () => {
    await postgres.run("create domain picture as bytea");
    const [row] = await objectsOf(
      `decode(repeat('fbff00', 100), 'hex') as bytes, decode('00', 'hex')::picture as picture, null::bytea as none`,
    );
    expect(row).toEqual({
      at: stamp,
      bytes: Buffer.from("fbff00".repeat(100), "hex").toString("base64"),
      picture: "AA==",
      none: null,
    });
  });

  test("stays one line for json that holds line breaks, at any depth", async () => {
    await postgres.run(`
      create domain document as json;
      create type pair as (name text, body json);`);
    const json = `e'{\\r\\n "a\\\\n":\\n1}'`;
    const value = { "a\n": 1 };
    const [row] = await objectsOf(
      `${json}::json as plain, ${json}::document as domain, array[${json}::json] as list, row('x', ${json}::json)::pair as pair, ${json}::jsonb as binary, e'text\\n' as text`,
    );
    expect(row).toEqual({
      at: stamp,
      plain: value,
      domain: value,
      list: [value],
      pair: { name: "x", body: value },
      binary: value,
      text: "text\n",
    });
  });

  test("escapes text of every kind, without doubling a backslash", async () => {
    const text = 'a"b\\c\t\u0001\u0002\u2028é😀,\\.';
    await postgres.run("create table texts (at timestamptz, text text)");
    await postgres.run(
      `insert into texts values (${at}, ${escape(text)}), (${at}, ''), (${at}, '\\.')`,
    );
    const rows = await readObjects(postgres.open({ table: "texts" }));
    expect(rows.map((row) => row["text"])).toEqual([text, "", "\\."]);
  });

  test("writes a table whose columns are called like parts of the statement", async () => {
    await postgres.run(`
      create table refill_row (at timestamptz, refill_row text, refill_source text, "refill_row_2" text, "a""b" text, "Ünï cöde" text, "select" text);
      insert into refill_row values (${at}, 'a', 'b', 'c', 'd', 'e', 'f');`);
    expect(await readObjects(postgres.open({ table: "refill_row" }))).toEqual([
      {
        at: stamp,
        refill_row: "a",
        refill_source: "b",
        refill_row_2: "c",
        'a"b': "d",
        "Ünï cöde": "e",
        select: "f",
      },
    ]);
  });

  test("does not depend on the settings of the role or the database", async () => {
    await postgres.run(`
      do $$ begin
        execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database());
        execute format('alter database %I set datestyle = ''German''', current_database());
        execute format('alter database %I set extra_float_digits = -5', current_database());
        execute format('alter database %I set standard_conforming_strings = off', current_database());
      end $$`);
    expect(
      await objectsOf(
        "0.1::float4 as float, date '2001-02-03' as day, interval '1 day 2 hours' as span",
      ),
    ).toEqual([{ at: stamp, float: 0.1, day: "2001-02-03", span: "P1DT2H" }]);
  });

  test("may be larger than any buffer", async () => {
    const sizeBytes = 20_000_000;
    const rows = await objectsOf(
      `repeat('é', ${sizeBytes / 2}) as text union all select ${at}, 'small'`,
    );
    expect(rows.map((row) => String(row["text"]).length)).toEqual([
      sizeBytes / 2,
      5,
    ]);
  });
});

describe("a row as CSV", () => {
  const csv = (nullText: string) =>
    createFormat({
      type: "csv",
      compression: "none",
      level: null,
      header: false,
      null_text: nullText,
    });
  const csvOf = (columns: string, format: ReturnType<typeof csv>) =>
    readText(postgres.open({ query: `select ${columns}, ${at} as at` }), {
      format,
    });

  test("keeps NULL and the empty string apart, whatever NULL is written as", async () => {
    const columns = "null::text as a, ''::text as b, 'NA'::text as c, 'x' as d";
    const end = "2001-02-03 04:05:06.789012+00\n";
    expect(await csvOf(columns, csv(""))).toBe(`,"",NA,x,${end}`);
    expect(await csvOf(columns, csv("NA"))).toBe(`NA,,"NA",x,${end}`);
    expect(await csvOf(columns, csv("\\N'"))).toBe(`\\N',,NA,x,${end}`);
  });

  test("quotes what needs it, line breaks included, and counts rows and not lines", async () => {
    const source = postgres.open({
      query: `select e'a\\nb,"c"' as text, ${at} as at from generate_series(1, 3)`,
    });
    expect(await readText(source, { format: csv("") })).toBe(
      `"a\nb,""c""",2001-02-03 04:05:06.789012+00\n`.repeat(3),
    );
  });
});

/** A string constant of the server, with escapes. */
function escape(text: string): string {
  return `e'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
