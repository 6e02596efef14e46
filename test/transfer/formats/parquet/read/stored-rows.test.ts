import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import type { ParquetFormatDefinition } from "../../../../../src/definition/formats/parquet.js";
import type { ExportColumn } from "../../../../../src/transfer/column.js";
import { arrivingRows } from "../../../../../src/transfer/formats/parquet/read/arriving-rows.js";
import { storedRows } from "../../../../../src/transfer/formats/parquet/read/stored-rows.js";
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
} from "../../binary-rows.js";
import { column, plainZstd, writeParquet } from "../parquet-file.js";

/** Bytes in pieces of one size, each in a buffer that is used again. */
async function* pieces(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield await Promise.resolve(buffer.subarray(0, part.byteLength));
  }
}

async function hexOf(rows: AsyncIterable<Uint8Array>) {
  const found: string[] = [];
  for await (const row of rows) found.push(Buffer.from(row).toString("hex"));
  return found;
}

function stored(file: Buffer, pieceBytes = 1_000): Promise<readonly string[]> {
  return hexOf(
    storedRows({
      sizeBytes: file.byteLength,
      read: (fromByte) => pieces(file.subarray(fromByte), pieceBytes),
    }),
  );
}

function arriving(
  columns: readonly ExportColumn[],
  rows: readonly Buffer[],
): Promise<readonly string[]> {
  const chunks = rows.map((bytes) => ({ bytes, rows: 1 }));
  return hexOf(arrivingRows(columns, Readable.from(chunks)));
}

/** As many rows as make several pages of the column, and NULLs in between. */
const rowCount = 3_000;

type ValueOf = (row: number) => Field;

const columns: readonly (readonly [ExportColumn, ValueOf])[] = [
  [column("bool", { kind: "bool" }), (row) => bool(row % 3 === 0)],
  [column("int2", { kind: "int2" }), (row) => int16(row - 1_000)],
  [column("int4 that repeats", { kind: "int4" }), (row) => int32(row % 5)],
  [column("int8", { kind: "int8" }), (row) => int64(BigInt(row) ** 4n)],
  [column("float4", { kind: "float4" }), (row) => float4(row / 3)],
  [column("float8", { kind: "float8" }), (row) => float8(-row / 7)],
  [column("one date", { kind: "date" }), () => int32(9_000)],
  [column("time", { kind: "time" }), (row) => int64(BigInt(row))],
  [column("timestamptz", { kind: "timestamptz" }), (row) => int64(BigInt(row))],
  [
    column("uuid", { kind: "uuid" }),
    (row) => uuid(`00000000-0000-4000-8000-${String(row).padStart(12, "0")}`),
  ],
  [column("text", { kind: "text" }), (row) => text("x".repeat(row))],
  [column("text that repeats", { kind: "text" }), (row) => text(`${row % 40}`)],
  [column("bytea", { kind: "bytea" }), (row) => Buffer.of(row & 0xff, 0, 1)],
  [column("jsonb", { kind: "jsonb" }), (row) => jsonb({ row })],
  [
    column("decimal of 32 bits", { kind: "numeric", precision: 8, scale: 2 }),
    (row) => numeric(`${row}.25`),
  ],
  [
    column("decimal of 64 bits", { kind: "numeric", precision: 18, scale: 2 }),
    (row) => numeric(`-${row}.25`),
  ],
  [
    column("long decimal", { kind: "numeric", precision: 38, scale: 6 }),
    (row) => numeric(`-${row}000000000000.000001`),
  ],
  [
    column("numeric", { kind: "numeric", precision: null, scale: null }),
    (row) => numeric(`${row}.000`),
  ],
  [
    column("list", { kind: "array", element: { kind: "int4" } }),
    (row) =>
      array(
        Array.from({ length: row % 4 }, (_, at) =>
          at === 1 ? null : int32(row),
        ),
      ),
  ],
  [
    column("list of bits", { kind: "array", element: { kind: "bool" } }),
    (row) =>
      array(Array.from({ length: row % 11 }, (_, at) => bool(at % 2 === 0))),
  ],
  [column("NULL", { kind: "text" }), () => null],
];

const rows = Array.from({ length: rowCount }, (_, row) =>
  binaryRow(
    ...columns.map(([, valueOf], at) =>
      (row + at) % 13 === 0 ? null : valueOf(row),
    ),
  ),
);
const exported = columns.map(([one]) => one);

describe("rows read back from Parquet", () => {
  test.each<ParquetFormatDefinition["compression"]>([
    "zstd",
    "snappy",
    "gzip",
    "none",
  ])("are the rows that arrived, compressed with %s", async (compression) => {
    const definition = { ...plainZstd, compression };
    const file = await writeParquet(exported, rows, { definition });
    const expected = await arriving(exported, rows);
    expect(new Set(expected).size).toBe(rowCount);
    expect(await stored(file)).toEqual(expected);
  });

  test("may come in pieces of any size", async () => {
    const few = rows.slice(0, 20);
    const file = await writeParquet(exported, few);
    const expected = await arriving(exported, few);
    for (const size of [1, 7, 1_000_000]) {
      expect(await stored(file, size)).toEqual(expected);
    }
  });

  test("come out of every row group, and none out of a file without any", async () => {
    const wide = [column("wide", { kind: "bytea" })];
    const value = Buffer.alloc(24 * 1024 * 1024, 7);
    const many = [0, 1, 2, 3].map((first) => {
      value[0] = first;
      return binaryRow(value);
    });
    const file = await writeParquet(wide, many, {
      definition: { ...plainZstd, compression: "none" },
      rowsPerChunk: 1,
    });
    expect((await stored(file, 1_000_000)).length).toBe(4);
    expect(await stored(await writeParquet(wide, []))).toEqual([]);
  });

  test("differ where a value, a NULL, a list's shape, a column's name or its type does", async () => {
    const int = column("a", { kind: "int4" });
    const list = column("a", { kind: "array", element: { kind: "int4" } });
    const seen: (readonly string[])[] = [];
    for (const [one, field] of [
      [int, int32(1)],
      [int, int32(2)],
      [int, null],
      [{ ...int, name: "b" }, int32(1)],
      [{ ...int, type: { kind: "date" } }, int32(1)],
      [list, null],
      [list, array([])],
      [list, array([null])],
      [list, array([int32(1)])],
      [list, array([int32(1), null])],
    ] as const) {
      seen.push(await stored(await writeParquet([one], [binaryRow(field)])));
    }
    expect(new Set(seen.flat()).size).toBe(10);
  });

  test.each([
    ["cut short", (file: Buffer) => file.subarray(0, file.byteLength - 1)],
    ["too short", (file: Buffer) => file.subarray(0, 5)],
    ["something else", () => Buffer.alloc(1_000, "no Parquet ")],
    [
      "broken in a page",
      (file: Buffer) => {
        const broken = Buffer.from(file);
        broken.fill(0xff, 40, 80);
        return broken;
      },
    ],
  ])("are refused in a file that is %s", async (_, harm) => {
    const file = await writeParquet(exported, rows.slice(0, 100));
    await expect(stored(harm(file))).rejects.toMatchObject({
      code: "DESTINATION_DATA_INVALID",
    });
  });
});
