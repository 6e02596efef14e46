import { Readable } from "node:stream";
import {
  type AsyncBuffer,
  type FileMetaData,
  type MetadataOptions,
  parquetMetadata,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ParquetFormatDefinition } from "../../../../src/definition/formats/parquet.js";
import type {
  ExportColumn,
  ValueType,
} from "../../../../src/transfer/column.js";
import { parquetFormat } from "../../../../src/transfer/formats/parquet/parquet.js";
import { anyFacts } from "../../any-facts.js";

export const plainZstd: ParquetFormatDefinition = {
  type: "parquet",
  compression: "zstd",
  level: null,
};

export function column(name: string, type: ValueType): ExportColumn {
  return { name, typeName: type.kind, type };
}

/** A Parquet file of binary rows, `rowsPerChunk` of them at a time. */
export async function writeParquet(
  columns: readonly ExportColumn[],
  rows: readonly Buffer[],
  {
    definition = plainZstd,
    rowsPerChunk = 100,
  }: {
    readonly definition?: ParquetFormatDefinition;
    readonly rowsPerChunk?: number;
  } = {},
): Promise<Buffer> {
  const chunks = Array.from(
    { length: Math.ceil(rows.length / rowsPerChunk) },
    (_, index) => rows.slice(index * rowsPerChunk, (index + 1) * rowsPerChunk),
  ).map((part) => ({ bytes: Buffer.concat(part), rows: part.length }));
  const parts: Uint8Array[] = [];
  const file = parquetFormat(definition).encode({
    columns,
    facts: anyFacts,
    chunks: Readable.from(chunks),
  });
  for await (const part of file) parts.push(part);
  return Buffer.concat(parts);
}

/** Values as they lie in the file: nothing is made a Date or parsed. */
const asStored: NonNullable<MetadataOptions["parsers"]> = {
  timestampFromMicroseconds: (micros) => micros,
  dateFromDays: (days) => days,
  jsonFromBytes: (bytes) => Buffer.from(bytes).toString(),
  stringFromBytes: (bytes) => Buffer.from(bytes).toString(),
  uuidFromBytes: (bytes) => Buffer.from(bytes).toString("hex"),
};

export function readParquet(file: Buffer): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({
    file: asyncBuffer(file),
    compressors,
    utf8: false,
    parsers: asStored,
  });
}

export function readMetadata(file: Buffer): FileMetaData {
  return parquetMetadata(arrayBuffer(file), { parsers: asStored });
}

function asyncBuffer(file: Buffer): AsyncBuffer {
  return {
    byteLength: file.byteLength,
    slice: (start, end) => arrayBuffer(file.subarray(start, end)),
  };
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
