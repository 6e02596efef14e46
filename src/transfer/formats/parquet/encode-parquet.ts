import type { ExportColumn } from "../../column.js";
import { TupleReader } from "../binary/tuple-reader.js";
import type { PageCodec } from "./codec.js";
import { FileAssembler } from "./file-assembler.js";
import { PageCompressor } from "./page-compressor.js";
import { parquetColumn } from "./parquet-column.js";
import { RowGroupWriter } from "./row-group-writer.js";

export interface EncodeRequest {
  readonly columns: readonly ExportColumn[];
  /** Whole rows of COPY's binary format. */
  readonly chunks: AsyncIterable<{ readonly bytes: Uint8Array }>;
  readonly codec: PageCodec;
  readonly keyValues: Readonly<Record<string, string>>;
  readonly createdBy: string;
}

/**
 * A Parquet file of the rows. The same rows make the same file, however they are cut into chunks.
 * @throws RefillError SOURCE_DATA_INVALID for a value that Parquet has no form for
 */
export async function* encodeParquet(
  request: EncodeRequest,
): AsyncGenerator<Uint8Array> {
  const { chunks, codec, keyValues, createdBy } = request;
  const columns = request.columns.map(parquetColumn);
  const compressor = new PageCompressor(codec);
  const rowGroup = new RowGroupWriter(columns, compressor);
  const reader = new TupleReader(columns.length);
  const file = new FileAssembler();
  try {
    for await (const { bytes } of chunks) {
      reader.open(bytes);
      while (await rowGroup.append(reader)) {
        file.addRowGroup(columns, await rowGroup.end());
      }
      reader.close();
      // A piece for each chunk: the row group before goes out while the next one grows, and the source never waits long.
      const piece = file.take();
      if (piece !== null) yield piece;
    }
    if (!rowGroup.isEmpty) file.addRowGroup(columns, await rowGroup.end());
    file.end({ columns, codec: codec.number, keyValues, createdBy });
    yield* rest(file);
  } finally {
    await compressor.idle();
  }
}

function* rest(file: FileAssembler): Generator<Uint8Array> {
  for (let piece = file.take(); piece !== null; piece = file.take()) {
    yield piece;
  }
}
