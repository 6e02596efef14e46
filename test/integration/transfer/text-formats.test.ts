import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { postgresFixture, readText } from "./postgres-fixture.js";

const postgres = postgresFixture();
const plain = { compression: "none", level: null } as const;
const jsonl = createFormat({ type: "jsonl", numbers: "digits", ...plain });
const csv = (null_text: string) =>
  createFormat({ type: "csv", header: false, null_text, ...plain });

/** For each type, values whose text is not plain to see. */
const values: Readonly<Record<string, readonly string[]>> = {
  boolean: ["true", "false"],
  smallint: ["-32768", "-1", "0", "9", "10", "32767"],
  integer: ["-2147483648", "-10", "0", "99", "100", "2147483647"],
  bigint: [
    "-9223372036854775808",
    "9223372036854775807",
    "9007199254740992",
    "-9007199254740993",
    "9007199254740991",
    "4294967296",
    "-4294967297",
    "2147483648",
    "0",
    "-1",
    "1000000000000000000",
    "99999999999",
  ],
  real: ["0.1", "-0", "1e-45", "3.4028235e38", "NaN", "-Infinity", "16777216"],
  "double precision": [
    "0",
    "-0",
    "0.1",
    "1e15",
    "999999999999999",
    "1e-4",
    "0.00001",
    "NaN",
    "Infinity",
    "-Infinity",
    "5e-324",
    "1.7976931348623157e308",
    "1e21",
    "-2.2250738585072014e-308",
    "123456789012345680",
    "1e100",
    "100",
  ],
  numeric: [
    "0",
    "-0.00",
    "0.1000",
    "12345678901234567890.098765432109876543210",
    "1e-20",
    "NaN",
    "Infinity",
    "-Infinity",
    "-10000",
    "9999.9999",
    "1e30",
  ],
  "numeric(12,3)": ["0", "-1.5", "123456789.001"],
  text: [
    "",
    "plain",
    'a"b',
    "a\\b",
    "a,b",
    "a\nb",
    "a\r\nb",
    "\t\b\f",
    "é😀",
    "\u0001\u001f\u007f\u2028",
    "\\.",
    "\\N",
    "NA",
    " lead",
    "'",
    "null",
  ],
  "char(5)": ["", "ab", "abcde"],
  name: ["a name"],
  bytea: ["\\x", "\\x00", "\\xfbff", "\\x00010203fe", "\\x22222c"],
  uuid: ["00000000-0000-0000-0000-000000000000", crypto.randomUUID()],
  date: [
    "2001-02-03",
    "0001-01-01",
    "0044-03-15 BC",
    "4713-01-01 BC",
    "infinity",
    "-infinity",
    "5874897-12-31",
    "2000-02-29",
    "1900-03-01",
  ],
  time: ["00:00", "24:00", "12:34:56.789"],
  timestamp: [
    "2001-02-03 04:05:06.789012",
    "1999-12-31 23:59:59.9",
    "infinity",
    "-infinity",
    "294276-12-31 23:59:59.999999",
    "4714-11-24 00:00:00 BC",
    "2300-01-01 00:00:00.000001",
    "0001-01-01 00:00:00",
    "2000-01-01",
  ],
  timestamptz: ["2001-02-03 04:05:06.5+02", "infinity", "0044-03-15 12:00 BC"],
  json: ['{\r\n "a\\n": 1}', "null", "[1, 2]", '"x"', "1e400"],
  jsonb: ['{"a": "b\\nc", "d": [1.10, null]}', "null", '"q\\"uote"', "1e400"],
  interval: ["1 day 2 hours", "-1 year"],
  inet: ["10.0.0.1/8", "::1"],
  bit: ["1"],
  xml: ["<a>&amp;</a>\n"],
  money: ["-1234.5"],
  tsvector: ["a fat cat"],
  point: ["(1,2.5)"],
  int4range: ["[1,5)", "empty"],
  "integer[]": ["{1,NULL,3}", "{}", "{{1,2},{3,4}}"],
  "text[]": ['{"a,b","c\\"d",NULL}'],
  "bytea[]": ['{"\\\\x00ff"}'],
  "json[]": ['{"{\\"a\\":\n1}"}'],
  "timestamptz[]": ['{"2001-02-03 04:05:06Z"}'],
  mood: ["fine", 'so"so'],
  positive: ["7"],
  pair: ['(1,"a\nb")'],
};

beforeAll(async () => {
  await postgres.run(`
    create type mood as enum ('fine', 'so"so');
    create domain positive as bigint check (value > 0);
    create type pair as (number integer, body text);`);
});

function quoteLiteral(text: string): string {
  return `e'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** A table of one column of the type, a row for each value and one for NULL. */
async function fill(
  table: string,
  type: string,
  texts: readonly string[],
): Promise<void> {
  await postgres.run(`
    create table "${table}" (n serial, value ${type}, at timestamptz not null default '2001-02-03Z');
    insert into "${table}" (value) values ${[...texts.map(quoteLiteral), "null"].map((text) => `(${text})`).join(", ")}`);
}

/** What the server itself makes of the rows. */
async function ofServer(statement: string): Promise<string> {
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    await client.query("set timezone = 'UTC'; set intervalstyle = 'iso_8601'");
    const parts: Buffer[] = [];
    for await (const part of client.query(copyTo(statement))) {
      parts.push(part as Buffer);
    }
    return Buffer.concat(parts).toString();
  } finally {
    await client.end();
  }
}

/** Money is a number. Bytes are base64 in JSON, and JSON stays on one line: what Postgres does not do by itself. */
const jsonOf: Readonly<Record<string, string>> = {
  money: "value::numeric",
  bytea: `translate(encode(value, 'base64'), e'\\n', '')`,
};

async function ofServerAsJson(table: string, type: string): Promise<string> {
  const value = jsonOf[type] ?? "value";
  return ofServer(
    `copy (select translate(row_to_json(r)::text, e'\\n\\r', '  ')
       from (select n, ${value} as value, at from "${table}" order by n) r)
     to stdout (format csv, quote e'\\x01', delimiter e'\\x02')`,
  );
}

const ordered = (table: string, value = "value") =>
  `(select n, ${value} as value, at from "${table}" order by n)`;

describe.each(Object.entries(values))(
  "values of the type %s",
  (type, texts) => {
    const table = `of ${type}`;
    beforeAll(() => fill(table, type, texts));
    const open = () =>
      postgres.open({ query: `select * from ${ordered(table)} r` });

    test("are the lines that row_to_json makes", async () => {
      const lines = await readText(open(), { format: jsonl });
      expect(lines).toBe(await ofServerAsJson(table, type));
      for (const line of lines.trimEnd().split("\n")) JSON.parse(line);
    });

    test.each(["", "NA", "1"])(
      "are the CSV that COPY makes, with NULL as %j",
      async (nullText) => {
        expect(await readText(open(), { format: csv(nullText) })).toBe(
          await ofServer(
            `copy ${ordered(table, type === "money" ? "value::numeric" : "value")} to stdout (format csv, null '${nullText}')`,
          ),
        );
      },
    );
  },
);

describe("many values", () => {
  const arbitraries: Readonly<Record<string, fc.Arbitrary<string>>> = {
    bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    numeric: fc
      .tuple(fc.bigInt(), fc.integer({ min: -40, max: 40 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`),
    text: fc
      .string({ unit: "binary" })
      .map((text) => text.replaceAll("\0", "")),
    bytea: fc
      .uint8Array({ maxLength: 40 })
      .map((bytes) => `\\x${Buffer.from(bytes).toString("hex")}`),
    date: fc
      .integer({ min: -2_451_545, max: 2_145_031_948 })
      .map((days) => `J${days + 2_451_545}`),
    timestamp: fc
      .date({
        min: new Date(-62e12),
        max: new Date(253e12),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString().replace("T", " ").replace("Z", "123")),
  };

  test.each(Object.entries(arbitraries))(
    "of the type %s are written as the server writes them",
    async (type, arbitrary) => {
      const table = `many ${type}`;
      await fill(table, type, fc.sample(arbitrary, { numRuns: 2_000 }));
      const open = () =>
        postgres.open({ query: `select * from ${ordered(table)} r` });
      expect(await readText(open(), { format: jsonl })).toBe(
        await ofServerAsJson(table, type),
      );
      expect(await readText(open(), { format: csv("") })).toBe(
        await ofServer(`copy ${ordered(table)} to stdout (format csv)`),
      );
    },
  );

  test("of the type double precision are read as the server's are, and are no longer", async () => {
    const table = "many doubles";
    const doubles = fc.double({ noDefaultInfinity: true }).map(String);
    const sample = fc.sample(doubles, { numRuns: 5_000 });
    // Exactly between two doubles: Postgres does not rely on readers that round such to even, and adds a digit.
    await fill(table, "double precision", [...sample, "-63340474937596736"]);
    const source = postgres.open({
      query: `select * from ${ordered(table)} r`,
    });
    const lines = (await readText(source, { format: jsonl })).split("\n");
    const server = await ofServerAsJson(table, "double precision");
    for (const [index, line] of server.split("\n").entries()) {
      const ours = lines[index] ?? "";
      expect(ours.length).toBeLessThanOrEqual(line.length);
      if (ours !== line) expect(JSON.parse(ours)).toEqual(JSON.parse(line));
    }
  });
});
