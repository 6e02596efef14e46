import type { Bounds } from "./bounds.js";
import { encoding } from "./page-header.js";
import type { ParquetColumn } from "./parquet-column.js";
import { physicalTypeNumber } from "./physical-type.js";
import { pathOf, schemaElements, writeSchemaElement } from "./schema.js";
import { ThriftWriter } from "./thrift-writer.js";

/** What the file's end says of a column of a row group. Offsets count from the file's first byte. */
export interface ColumnChunkFacts {
  readonly column: ParquetColumn;
  readonly levels: number;
  readonly nulls: number;
  readonly bounds: Bounds | null;
  readonly plainBytes: number;
  readonly compressedBytes: number;
  /** Null where no page has indexes. */
  readonly dictionaryOffset: number | null;
  readonly dataOffset: number;
}

export interface RowGroupFacts {
  readonly rows: number;
  readonly chunks: readonly ColumnChunkFacts[];
}

export interface FileMetadata {
  readonly columns: readonly ParquetColumn[];
  readonly rowGroups: readonly RowGroupFacts[];
  readonly codec: number;
  readonly keyValues: Readonly<Record<string, string>>;
  readonly createdBy: string;
}

/** The FileMetaData of parquet.thrift. */
export function fileMetadata(file: FileMetadata): Buffer {
  const thrift = new ThriftWriter();
  const rows = file.rowGroups.reduce((sum, group) => sum + group.rows, 0);
  thrift.i32(1, 2); // pages of the first version, encodings and types of the second
  thrift.structs(2, schemaElements(file.columns), (element) => {
    writeSchemaElement(thrift, element);
  });
  thrift.i64(3, rows);
  thrift.structs(4, [...file.rowGroups.entries()], ([ordinal, group]) => {
    writeRowGroup(thrift, group, ordinal, file.codec);
  });
  thrift.structs(5, Object.entries(file.keyValues), ([key, value]) => {
    thrift.binary(1, key);
    thrift.binary(2, value);
  });
  thrift.binary(6, file.createdBy);
  // Without this, readers don't trust the bounds: each column is in the order of its type.
  thrift.structs(7, file.columns, () => {
    thrift.struct(1, () => undefined);
  });
  return thrift.finish();
}

/** More row groups than this have no number: the field has 16 bits. */
const largestOrdinal = 32_767;

function writeRowGroup(
  thrift: ThriftWriter,
  group: RowGroupFacts,
  ordinal: number,
  codec: number,
): void {
  const total = (of: "plainBytes" | "compressedBytes") =>
    group.chunks.reduce((sum, chunk) => sum + chunk[of], 0);
  thrift.structs(1, group.chunks, (chunk) => {
    thrift.i64(2, 0); // deprecated: the metadata stands here alone
    thrift.struct(3, () => {
      writeColumnMetadata(thrift, chunk, codec);
    });
  });
  thrift.i64(2, total("plainBytes"));
  thrift.i64(3, group.rows);
  const first = group.chunks[0];
  if (first !== undefined) thrift.i64(5, startOf(first));
  thrift.i64(6, total("compressedBytes"));
  if (ordinal <= largestOrdinal) thrift.i16(7, ordinal);
}

function startOf(chunk: ColumnChunkFacts): number {
  return chunk.dictionaryOffset ?? chunk.dataOffset;
}

function writeColumnMetadata(
  thrift: ThriftWriter,
  chunk: ColumnChunkFacts,
  codec: number,
): void {
  const { plain, hybrid, dictionary } = encoding;
  thrift.i32(1, physicalTypeNumber[chunk.column.physical.name]);
  thrift.i32s(
    2,
    chunk.dictionaryOffset === null
      ? [plain, hybrid]
      : [plain, hybrid, dictionary],
  );
  thrift.strings(3, pathOf(chunk.column));
  thrift.i32(4, codec);
  thrift.i64(5, chunk.levels);
  thrift.i64(6, chunk.plainBytes);
  thrift.i64(7, chunk.compressedBytes);
  thrift.i64(9, chunk.dataOffset);
  if (chunk.dictionaryOffset !== null) thrift.i64(11, chunk.dictionaryOffset);
  thrift.struct(12, () => {
    writeStatistics(thrift, chunk);
  });
}

function writeStatistics(
  thrift: ThriftWriter,
  { nulls, bounds }: ColumnChunkFacts,
): void {
  thrift.i64(3, nulls);
  if (bounds === null) return;
  thrift.binary(5, bounds.max);
  thrift.binary(6, bounds.min);
  thrift.bool(7, bounds.isMaxExact);
  thrift.bool(8, bounds.isMinExact);
}
