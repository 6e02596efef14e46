import { describe, expect, test } from "@jest/globals";
import type { ValueType } from "../../../../src/transfer/column.js";
import { parquetFormat } from "../../../../src/transfer/formats/parquet/parquet.js";
import { formatConformance } from "../../../suites/format-conformance.js";
import {
  array,
  binaryRow,
  bool,
  type Field,
  float4,
  float8,
  int16,
  int32,
  int64,
  jsonb,
  numeric,
  text,
  uuid,
} from "../binary-rows.js";
import {
  column,
  plainZstd,
  readMetadata,
  readParquet,
  writeParquet,
} from "./parquet-file.js";

const textColumn = column("value", { kind: "text" });

for (const compression of ["zstd", "snappy", "gzip", "none"] as const) {
  formatConformance(`parquet with ${compression}`, {
    format: parquetFormat({ ...plainZstd, compression }),
    suffix: ".parquet",
    columns: [textColumn],
    row: (value) => binaryRow(text(value)),
    decode: async (file) => {
      const rows = await readParquet(file);
      return Buffer.concat(
        rows.map((row) => binaryRow(text(row["value"] as string))),
      );
    },
  });
}

/** What a reader sees of one column. */
async function roundTrip(
  type: ValueType,
  fields: readonly Field[],
): Promise<unknown[]> {
  const rows = fields.map((field) => binaryRow(field));
  const file = await writeParquet([column("value", type)], rows);
  return (await readParquet(file)).map((row) => row["value"] ?? null);
}

describe("a value in a Parquet file", () => {
  test("is the number it was, at either end of its type", async () => {
    expect(
      await roundTrip({ kind: "int2" }, [int16(-32768), null, int16(32767)]),
    ).toEqual([-32768, null, 32767]);
    expect(
      await roundTrip({ kind: "int4" }, [
        int32(-2147483648),
        int32(2147483647),
      ]),
    ).toEqual([-2147483648, 2147483647]);
    expect(
      await roundTrip({ kind: "int8" }, [
        int64(-(2n ** 63n)),
        int64(-1n),
        null,
        int64(2n ** 63n - 1n),
      ]),
    ).toEqual([-(2n ** 63n), -1n, null, 2n ** 63n - 1n]);
  });

  test("keeps NaN, the infinities and the sign of zero", async () => {
    const values = [NaN, Infinity, -Infinity, -0, 0, 1.5, 5e-324];
    expect(await roundTrip({ kind: "float8" }, values.map(float8))).toEqual(
      values,
    );
    const singles = [NaN, Infinity, -Infinity, -0, 0, 1.5];
    expect(await roundTrip({ kind: "float4" }, singles.map(float4))).toEqual(
      singles,
    );
  });

  test("is true, false or NULL, over many bytes of bits", async () => {
    const values = Array.from({ length: 1_000 }, (_, n) =>
      n % 7 === 0 ? null : n % 3 === 0,
    );
    const fields = values.map((value) => (value === null ? null : bool(value)));
    expect(await roundTrip({ kind: "bool" }, fields)).toEqual(values);
  });

  test("tells the empty text from NULL, and keeps every character", async () => {
    const values = [
      "",
      null,
      "é😀\u0000",
      " x ",
      "a\nb",
      '"',
      "z".repeat(100_000),
    ];
    const fields = values.map((value) => (value === null ? null : text(value)));
    expect(await roundTrip({ kind: "text" }, fields)).toEqual(values);
  });

  test("is the text of jsonb and json, as the server wrote it", async () => {
    expect(
      await roundTrip({ kind: "jsonb" }, [jsonb({ a: [1] }), null]),
    ).toEqual(['{"a":[1]}', null]);
    expect(await roundTrip({ kind: "json" }, [text('{ "a" :1}')])).toEqual([
      '{ "a" :1}',
    ]);
  });

  test("is bytes for bytea and sixteen of them for a uuid", async () => {
    expect(
      await roundTrip({ kind: "bytea" }, [
        Buffer.of(0, 255),
        Buffer.of(),
        null,
      ]),
    ).toEqual([Uint8Array.of(0, 255), new Uint8Array(), null]);
    const id = "00112233-4455-6677-8899-aabbccddeeff";
    expect(await roundTrip({ kind: "uuid" }, [uuid(id), null])).toEqual([
      id.replaceAll("-", ""),
      null,
    ]);
  });

  test("counts time from 1970, and keeps the infinities as the ends of the type", async () => {
    const j2000 = 946_684_800_000_000n;
    const timestamps = [0n, -j2000, 1n, -211_813_488_000_000_000n];
    const ends = [2n ** 63n - 1n, -(2n ** 63n)];
    for (const kind of ["timestamp", "timestamptz"] as const) {
      expect(
        await roundTrip({ kind }, [...timestamps, ...ends].map(int64)),
      ).toEqual([
        ...timestamps.map((micros) => micros + j2000),
        2n ** 63n - 1n,
        -(2n ** 63n) + 1n,
      ]);
    }
    expect(
      await roundTrip(
        { kind: "date" },
        [0, -10_957, 2147483647, -2147483648].map(int32),
      ),
    ).toEqual([10_957, 0, 2147483647, -2147483647]);
    expect(
      await roundTrip({ kind: "time" }, [int64(0n), int64(86_400_000_000n)]),
    ).toEqual([0n, 86_400_000_000n]);
  });

  test("keeps every digit of a numeric without bounds, as text", async () => {
    const values = ["0", "-0.00", "1234.5000", "NaN", "Infinity", "-Infinity"];
    const long = `-1${"0".repeat(50)}.${"0".repeat(49)}1`;
    const type = { kind: "numeric", precision: null, scale: null } as const;
    expect(await roundTrip(type, [...values, long].map(numeric))).toEqual([
      "0",
      "0.00",
      "1234.5000",
      "NaN",
      "Infinity",
      "-Infinity",
      long,
    ]);
  });

  test.each([
    [5, 2, ["-999.99", "999.99", "0.01", "0.00"]],
    [18, 9, ["-999999999.999999999", "999999999.999999999", "-0.000000001"]],
    [38, 10, [`-${"9".repeat(28)}.${"9".repeat(10)}`, "0.0000000001"]],
    [3, 5, ["0.00999", "-0.00001"]],
    [4, -3, ["9999000", "-1000", "0"]],
  ])(
    "is a DECIMAL for numeric(%i, %i), at either end of it",
    async (precision, scale, values) => {
      const type = { kind: "numeric", precision, scale } as const;
      const file = await writeParquet(
        [column("value", type)],
        values.map((value) => binaryRow(numeric(value))),
      );
      const [, element] = readMetadata(file).schema;
      const digits = Math.max(0, scale);
      expect(element?.logical_type).toMatchObject({
        type: "DECIMAL",
        scale: digits,
      });
      const read = (await readParquet(file)).map((row) => Number(row["value"]));
      // This reader makes them floats; others in test/integration see every digit.
      for (const [index, value] of values.entries()) {
        expect((read[index] ?? NaN) / (Number(value) || 1)).toBeCloseTo(
          Number(value) === 0 ? 0 : 1,
          12,
        );
      }
    },
  );

  test("is text for a numeric of more digits than readers have a type for", async () => {
    const value = `${"9".repeat(39)}.5`;
    const type = { kind: "numeric", precision: 40, scale: 1 } as const;
    expect(await roundTrip(type, [numeric(value)])).toEqual([value]);
  });

  test("is a list for an array: absent, empty, with and without NULL", async () => {
    const type = { kind: "array", element: { kind: "text" } } as const;
    const lists = [["a", null, ""], [], null, [null], ["b"]];
    const fields = lists.map((list) =>
      list === null
        ? null
        : array(list.map((item) => (item === null ? null : text(item)))),
    );
    expect(await roundTrip(type, fields)).toEqual(lists);
  });

  test.each([
    ["numeric", { kind: "numeric", precision: 5, scale: 2 }, numeric("NaN")],
    ["numeric", { kind: "numeric", precision: 5, scale: 2 }, numeric("0.001")],
    ["date", { kind: "date" }, int32(2147483646)],
    ["timestamptz", { kind: "timestamptz" }, int64(9223371331199999999n)],
    [
      "array",
      { kind: "array", element: { kind: "int4" } },
      Buffer.concat([2, 0, 23, 1, 1, 1, 1, 4, 7].map(int32)),
    ],
  ] satisfies [string, ValueType, Buffer][])(
    "fails the run rather than become another one (%s)",
    async (_, type, field) => {
      await expect(roundTrip(type, [field])).rejects.toMatchObject({
        code: "SOURCE_DATA_INVALID",
        details: { column: "value" },
      });
    },
  );
});

describe("a Parquet file", () => {
  test("is valid without a row, and has its columns", async () => {
    const file = await writeParquet([textColumn], []);
    expect(await readParquet(file)).toEqual([]);
    const { schema, row_groups } = readMetadata(file);
    expect(schema.map(({ name }) => name)).toEqual(["schema", "value"]);
    expect(row_groups).toEqual([]);
  });

  test("says which export, interval and version of Refill it comes from", async () => {
    const file = await writeParquet([textColumn], []);
    const { key_value_metadata, created_by } = readMetadata(file);
    expect(created_by).toBe("refill version 0.0.0");
    expect(key_value_metadata).toEqual([
      {
        key: "refill.batch_export_id",
        value: "1f0c1f5e-0000-4000-8000-000000000001",
      },
      { key: "refill.export", value: "flights" },
      { key: "refill.data_interval_start", value: "2001-03-01T05:00:00Z" },
      { key: "refill.data_interval_end", value: "2001-03-02T05:00:00Z" },
      { key: "refill.version", value: "0.0.0" },
    ]);
  });

  test("begins a row group every 64 MiB, with the bounds of each", async () => {
    const filler = text("x".repeat(32 * 1024));
    const rows = Array.from({ length: 4_500 }, (_, n) =>
      binaryRow(int32(n), n % 2 === 0 ? filler : null),
    );
    const file = await writeParquet(
      [column("n", { kind: "int4" }), column("filler", { kind: "text" })],
      rows,
    );
    const { row_groups } = readMetadata(file);
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      4_093, 407,
    ]);
    const bounds = row_groups.map(({ columns }) => {
      const { min_value, max_value } = columns[0]?.meta_data?.statistics ?? {};
      return [min_value, max_value];
    });
    expect(bounds).toEqual([
      [0, 4_092],
      [4_093, 4_499],
    ]);
    const nulls = row_groups[0]?.columns[1]?.meta_data?.statistics?.null_count;
    expect(nulls).toBe(2_046n);
  });

  test("has bounds that leave NaN out, tell -0 from 0, and none for JSON", async () => {
    const file = await writeParquet(
      [
        column("float", { kind: "float8" }),
        column("only NaN", { kind: "float8" }),
        column("json", { kind: "jsonb" }),
      ],
      [0, NaN, -0].map((value) =>
        binaryRow(float8(value), float8(NaN), jsonb(value)),
      ),
    );
    const [float, onlyNaN, json] = statisticsOf(file);
    expect([float?.min_value, float?.max_value]).toEqual([-0, 0]);
    expect([onlyNaN?.min_value, onlyNaN?.max_value]).toEqual([]);
    expect(json?.min_value).toBeUndefined();
    expect(json?.null_count).toBe(0n);
  });

  test("keeps names of every kind, and 1,600 columns of them", async () => {
    const names = ['a "b"', "a.b", "ünï\ncode", " ", "select"];
    const columns = Array.from({ length: 1_600 }, (_, n) =>
      column(names[n] ?? `column ${n}`, { kind: "int4" }),
    );
    const row = binaryRow(...columns.map((_, n) => (n % 3 ? int32(n) : null)));
    const file = await writeParquet(columns, [row, row, row]);
    const read = await readParquet(file);
    expect(read).toHaveLength(3);
    expect(Object.keys(read[2] ?? {})).toEqual(columns.map(({ name }) => name));
    expect(read[2]).toMatchObject({
      'a "b"': null,
      "a.b": 1,
      "column 1598": 1598,
    });
  });

  test("uses a dictionary for values that repeat, and none for those that don't", async () => {
    const count = 100_000;
    const rows = Array.from({ length: count }, (_, n) =>
      binaryRow(text(`city ${n % 300}`), int64(BigInt(n % 7)), int32(n * 7)),
    );
    const columns = [
      column("city", { kind: "text" }),
      column("few", { kind: "int8" }),
      column("many", { kind: "int4" }),
    ];
    const file = await writeParquet(columns, rows, { rowsPerChunk: 5_000 });
    const chunks = readMetadata(file).row_groups[0]?.columns ?? [];
    expect(
      chunks.map(({ meta_data }) =>
        meta_data?.encodings.includes("RLE_DICTIONARY"),
      ),
    ).toEqual([true, true, false]);
    const read = await readParquet(file);
    expect(read.map(({ city, few, many }) => [city, few, many])).toEqual(
      rows.map((_, n) => [`city ${n % 300}`, BigInt(n % 7), n * 7]),
    );
  });

  test("goes on without the dictionary once it has grown too large", async () => {
    const count = 80_000;
    const value = (n: number) =>
      n < 40_000
        ? `few ${n % 10} ${"x".repeat(20)}`
        : `many ${n} ${"y".repeat(20)}`;
    const rows = Array.from({ length: count }, (_, n) =>
      binaryRow(text(value(n))),
    );
    const file = await writeParquet([textColumn], rows, {
      rowsPerChunk: 1_000,
    });
    const read = await readParquet(file);
    expect(read.map((row) => row["value"])).toEqual(
      rows.map((_, n) => value(n)),
    );
    const [statistics] = statisticsOf(file);
    expect(String(statistics?.min_value)).toMatch(/^few 0/);
    expect(String(statistics?.max_value)).toMatch(/^many 79999/);
  });
});

function statisticsOf(file: Buffer) {
  const columns = readMetadata(file).row_groups[0]?.columns ?? [];
  return columns.map(({ meta_data }) => meta_data?.statistics);
}

test("a value larger than any dictionary lies among others that repeat, and the file is the same in any chunks", async () => {
  const huge = "x".repeat(2_000_000);
  const values = Array.from({ length: 3_000 }, (_, n) =>
    n === 1_500 || n === 2_999
      ? huge
      : `${n < 1_200 ? n % 3 : n % 5}`.repeat(999),
  );
  const rows = values.map((value) =>
    binaryRow(text(value), int32(value.length)),
  );
  const columns = [textColumn, column("length", { kind: "int4" })];
  const file = await writeParquet(columns, rows);
  const read = await readParquet(file);
  expect(read.map((row) => row["value"])).toEqual(values);
  for (const rowsPerChunk of [1, 7, 3_000]) {
    const other = await writeParquet(columns, rows, { rowsPerChunk });
    expect(other.equals(file)).toBe(true);
  }
});
