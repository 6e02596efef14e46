import type { ColumnChunk } from "./column-writer.js";
import {
  type ColumnChunkFacts,
  type FileMetadata,
  fileMetadata,
  type RowGroupFacts,
} from "./file-metadata.js";
import type { FilePage } from "./page-compressor.js";
import type { ParquetColumn } from "./parquet-column.js";
import type { RowGroup } from "./row-group-writer.js";

const magic = Buffer.from("PAR1");
/** Smaller pieces are put together: 1,600 columns would make as many writes. */
const pieceBytes = 1024 * 1024;

/** Puts a file together, knows where each part lies in it, and holds the bytes that are not taken yet. */
export class FileAssembler {
  readonly #waiting: Uint8Array[] = [];
  readonly #rowGroups: RowGroupFacts[] = [];
  #offset = 0;

  constructor() {
    this.#add(magic);
  }

  addRowGroup(columns: readonly ParquetColumn[], group: RowGroup): void {
    const chunks = columns.map((column, index) => {
      const chunk = group.chunks[index];
      if (chunk === undefined) throw new Error("Expected a chunk a column.");
      return this.#addChunk(column, chunk);
    });
    this.#rowGroups.push({ rows: group.rows, chunks });
  }

  /** Adds what ends the file: its metadata and their length. */
  end(file: Omit<FileMetadata, "rowGroups">): void {
    const metadata = fileMetadata({ ...file, rowGroups: this.#rowGroups });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(metadata.byteLength);
    for (const part of [metadata, length, magic]) this.#add(part);
  }

  /** The next bytes of the file, a piece of moderate size where there are many; null where all are taken. */
  take(): Uint8Array | null {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < pieceBytes) {
      const part = this.#waiting[0];
      if (part === undefined) break;
      // A large part goes alone: put together with others it would be there twice.
      if (parts.length > 0 && part.byteLength > pieceBytes) break;
      this.#waiting.shift();
      parts.push(part);
      bytes += part.byteLength;
    }
    if (parts.length < 2) return parts[0] ?? null;
    return Buffer.concat(parts, bytes);
  }

  #addChunk(column: ParquetColumn, chunk: ColumnChunk): ColumnChunkFacts {
    const start = this.#offset;
    const { dictionaryPage, dataPages, levels, nulls, bounds } = chunk;
    let plainBytes = 0;
    if (dictionaryPage !== null) plainBytes += this.#addPage(dictionaryPage);
    const dataOffset = this.#offset;
    for (const page of dataPages) plainBytes += this.#addPage(page);
    return {
      column,
      levels,
      nulls,
      bounds,
      plainBytes,
      dataOffset,
      compressedBytes: this.#offset - start,
      dictionaryOffset: dictionaryPage === null ? null : start,
    };
  }

  #addPage(page: FilePage): number {
    this.#add(page.header);
    this.#add(page.body);
    return page.plainBytes;
  }

  #add(part: Uint8Array): void {
    this.#waiting.push(part);
    this.#offset += part.byteLength;
  }
}
