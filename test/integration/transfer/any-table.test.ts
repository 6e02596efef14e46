import { describe, expect, test } from "@jest/globals";
import type { CsvFormatDefinition } from "../../../src/definition/formats/csv.js";
import type { PostgresSourceDefinition } from "../../../src/definition/sources/postgres.js";
import { createDestination } from "../../../src/transfer/destinations/destination-registry.js";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { stageRun } from "../../../src/transfer/stage-run.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { readParquet } from "../../transfer/formats/parquet/parquet-file.js";
import { noAccess } from "../../transfer/no-access.js";
import {
  fileOf,
  plainCsv,
  plainJsonl,
  written,
  zstdParquet,
} from "./file-of.js";
import { all2001, never, postgresFixture } from "./postgres-fixture.js";

const postgres = postgresFixture();
const at = "timestamptz '2001-02-03Z' as at";
const csvWithHeader = { ...plainCsv, header: true } as CsvFormatDefinition;

/** The rows of a source as each format has them, as JSON would write them. */
async function everyForm(source: Partial<PostgresSourceDefinition>) {
  const jsonl = await fileOf(postgres, source, plainJsonl);
  const csv = await fileOf(postgres, source, csvWithHeader);
  const parquet = await fileOf(postgres, source, zstdParquet);
  return {
    jsonl: linesOf(jsonl).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    ),
    csv: csv.toString(),
    parquet: await readParquet(parquet),
  };
}

function linesOf(file: Buffer): readonly string[] {
  return file.toString().split("\n").slice(0, -1);
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

describe("a table", () => {
  test("may have columns of any name, in every format", async () => {
    const names = [
      'a "b"',
      "ünï cöde 😀",
      "a line\nand another",
      "comma, tab\t",
      "select",
      "refill_row",
      "é".repeat(31) + "x", // 63 bytes
      " ",
    ];
    await postgres.run(
      `create table named as select ${at}, ${names.map((name, index) => `${index} as ${quoted(name)}`).join(", ")}`,
    );
    const { jsonl, csv, parquet } = await everyForm({ table: "named" });
    const values = Object.fromEntries(
      names.map((name, index) => [name, index]),
    );
    expect(jsonl).toEqual([{ at: "2001-02-03T00:00:00+00:00", ...values }]);
    expect(parquet).toMatchObject([values]);
    const header = names.map((name) =>
      /[",\n]/.test(name) ? quoted(name) : name,
    );
    expect(csv).toBe(
      `${["at", ...header].join(",")}\n2001-02-03 00:00:00+00,0,1,2,3,4,5,6,7\n`,
    );
  });

  test("may be called anything, by its schema's name or by none", async () => {
    const name = quoted('Ta"ble\nof 😀');
    await postgres.run(
      `create schema "Odd, one"; create table "Odd, one".${name} as select ${at}, 1 as n`,
    );
    const { jsonl } = await everyForm({ table: `"Odd, one".${name}` });
    expect(jsonl).toMatchObject([{ n: 1 }]);
  });

  test("may have 1,600 columns, in every format", async () => {
    const columns = Array.from({ length: 1_599 }, (_, index) => `c${index}`);
    await postgres.run(
      `create table wide (at timestamptz, ${columns.map((name) => `${name} int`).join(", ")});
       insert into wide select '2001-02-03Z', ${columns.map((_, index) => (index % 3 === 0 ? "null" : `n + ${index}`)).join(", ")} from generate_series(0, 2) n`,
    );
    const { jsonl, csv, parquet } = await everyForm({ table: "wide" });
    for (const rows of [jsonl, parquet]) {
      expect(rows).toHaveLength(3);
      expect(Object.keys(rows[0] ?? {})).toHaveLength(1_600);
      for (const [n, row] of rows.entries()) {
        const values = columns.map((name) => row[name] ?? null);
        expect(values).toEqual(
          columns.map((_, index) => (index % 3 === 0 ? null : n + index)),
        );
      }
    }
    const fields = csv.split("\n").map((line) => line.split(","));
    expect(fields.map(({ length }) => length)).toEqual([
      1_600, 1_600, 1_600, 1_600, 1,
    ]);
    expect(fields[3]?.at(-1)).toBe("1600");
  });

  test("may be a view, materialised or not, partitioned, inherited or foreign", async () => {
    const { hostname, port, pathname, username, password } = new URL(
      postgres.url(),
    );
    await postgres.run(`
      create table plain as select timestamptz '2001-02-03Z' + n * interval '1 day' as at, n from generate_series(1, 3) n;
      create view a_view as select * from plain where n > 1;
      create materialized view a_matview as select * from plain where n > 2;
      create table parted (at timestamptz, n int) partition by range (at);
      create table parted_1 partition of parted for values from ('2001-01-01Z') to ('2001-02-05Z');
      create table parted_2 partition of parted default;
      insert into parted select * from plain;
      create table child () inherits (plain);
      create extension postgres_fdw;
      create server itself foreign data wrapper postgres_fdw options (host '${hostname}', port '${port}', dbname '${pathname.slice(1)}');
      create user mapping for current_user server itself options (user '${username}', password '${password}');
      create foreign table a_foreign (at timestamptz, n int) server itself options (table_name 'parted');`);
    await postgres.run("insert into child values ('2001-03-01Z', 4)");
    for (const [table, expected] of [
      ["plain", [1, 2, 3, 4]],
      ["a_view", [2, 3, 4]],
      ["a_matview", [3]],
      ["parted", [1, 2, 3]],
      ["parted_1", [1]],
      ["a_foreign", [1, 2, 3]],
    ] as const) {
      const { jsonl, csv, parquet } = await everyForm({ table });
      const numbers = (rows: readonly Record<string, unknown>[]) =>
        rows.map(({ n }) => n).sort();
      expect({ table, n: numbers(jsonl) }).toEqual({ table, n: expected });
      expect({ table, n: numbers(parquet) }).toEqual({ table, n: expected });
      expect(csv.split("\n")).toHaveLength(expected.length + 2);
    }
  });

  test("needs no right but to read the columns that its definition names, and no name of an enum", async () => {
    await postgres.run(`
      do $$ begin
        if not exists (select from pg_roles where rolname = 'refill_narrow') then
          create role refill_narrow;
        end if;
      end $$;
      create schema hidden;
      create type hidden.mood as enum ('sad', 'happy');
      create table narrow as select ${at}, 'happy'::hidden.mood as mood, '{sad,NULL}'::hidden.mood[] as moods, 1 as secret;
      create index on narrow (at);
      grant usage on schema public to refill_narrow;
      grant select (at, mood, moods) on narrow to refill_narrow`);
    const connectionString = `${postgres.url()}?options=${encodeURIComponent("-c role=refill_narrow")}`;
    const forms = [plainJsonl, plainCsv, zstdParquet];
    const table = { table: "narrow", columns: ["Mood", "moods"] };
    for (const isDefaultConnection of [true, false]) {
      const source = () =>
        postgres.open(table, { connectionString, isDefaultConnection });
      expect(await source().inspect(never)).toMatchObject({
        columns: [{ name: "mood" }, { name: "moods" }],
        warnings: [],
      });
      const files = await Promise.all(
        forms.map(async (form) => {
          const format = createFormat(form);
          const rows = source().rows(
            {
              interval: all2001,
              label: "narrow",
              encoding: format.rowEncoding,
            },
            never,
          );
          return written(format, await rows.columns(), rows);
        }),
      );
      const [jsonl, csv, parquet] = files;
      expect(String(jsonl)).toBe('{"mood":"happy","moods":["sad",null]}\n');
      expect(String(csv)).toBe('happy,"{sad,NULL}"\n');
      expect(await readParquet(parquet ?? Buffer.of())).toEqual([
        { mood: "happy", moods: ["sad", null] },
      ]);
    }
    await expect(
      postgres.open({ table: "narrow" }, { connectionString }).inspect(never),
    ).rejects.toMatchObject({ code: "SOURCE_FORBIDDEN" });
  });

  test("without rows makes files without rows, and a run without files", async () => {
    await postgres.run("create table empty_one (at timestamptz, n int)");
    expect(await everyForm({ table: "empty_one" })).toEqual({
      jsonl: [],
      csv: "at,n\n",
      parquet: [],
    });
    const destination = createDestination({
      definition: {
        type: "files",
        path: "out",
        key: "unused",
        max_file_size_mb: null,
      },
      access: noAccess("/nowhere"),
    });
    const run = await stageRun({
      source: postgres.open({ table: "empty_one" }),
      format: createFormat(zstdParquet),
      destination,
      key: "a",
      token: 1,
      maxFileBytes: null,
      interval: all2001,
      facts: anyFacts,
      label: "test",
      signal: never,
      record: () => Promise.resolve(),
    });
    expect(run).toMatchObject({ files: [], records: 0, bytes: 0 });
  });
});
