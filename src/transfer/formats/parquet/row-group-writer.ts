import type { TupleReader } from "../binary/tuple-reader.js";
import { type ColumnChunk, ColumnWriter } from "./column-writer.js";
import { PageMemory } from "./page-buffer.js";
import type { PageCompressor } from "./page-compressor.js";
import type { ParquetColumn } from "./parquet-column.js";

/**
 * A row group ends with the row that reaches this many bytes, as they arrive. Its pages are held, compressed, until it
 * ends, because a column's pages lie together in the file: this bounds the memory.
 */
const rowGroupBytes = 64 * 1024 * 1024;

export interface RowGroup {
  readonly rows: number;
  /** In the order of the columns. */
  readonly chunks: readonly ColumnChunk[];
}

/** Writes one row group after the other. Where they end depends on the rows alone. */
export class RowGroupWriter {
  readonly #columns: readonly ColumnWriter[];
  readonly #compressor: PageCompressor;
  #rows = 0;
  #bytes = 0;

  constructor(columns: readonly ParquetColumn[], compressor: PageCompressor) {
    const memory = new PageMemory();
    this.#compressor = compressor;
    this.#columns = columns.map(
      (column) => new ColumnWriter(column, compressor, memory),
    );
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= rowGroupBytes;
  }

  /** Takes rows until it is full. @returns whether the reader may have more */
  async append(reader: TupleReader): Promise<boolean> {
    while (!this.isFull) {
      const { rows, bytes } = reader.read(rowGroupBytes - this.#bytes);
      if (rows === 0) return false;
      for (const [index, column] of this.#columns.entries()) {
        column.append(reader.fields(index), rows);
      }
      this.#rows += rows;
      this.#bytes += bytes;
      await this.#compressor.ready();
    }
    return true;
  }

  /** Ends the row group, and begins the next. */
  async end(): Promise<RowGroup> {
    const rows = this.#rows;
    this.#rows = this.#bytes = 0;
    const chunks: ColumnChunk[] = [];
    for (const column of this.#columns) {
      await this.#compressor.ready();
      chunks.push(await column.endChunk());
    }
    return { rows, chunks };
  }
}
