import type { ExportColumn } from "./column.js";
import type { StoredBytes } from "./formats/stored-bytes.js";
import type { RowChunk, RowEncoding } from "./source.js";

/** How rows become the bytes of a file. A format knows nothing of files or uploads. */
export interface Format {
  /** Added to every key, with its dot: `.jsonl.gz`. */
  readonly suffix: string;
  /** What it wants of the source. */
  readonly rowEncoding: RowEncoding;
  /** Turns encoded rows into the bytes of one file, in bounded memory. What is yielded holds until the next is asked for. */
  encode(rows: FormatInput): AsyncIterable<Uint8Array>;
}

/**
 * Reads what a format wrote as records that can be compared: as bytes, not values, and without a header. What is yielded
 * holds until the next is asked for.
 */
export interface RecordReader {
  /** The records of one stored object. @throws RefillError DESTINATION_DATA_INVALID */
  stored(file: StoredBytes): AsyncIterable<Uint8Array>;
  /** The records of rows that arrive, in the same form: equal to those of an object with the same rows. */
  arriving(input: FormatInput): AsyncIterable<Uint8Array>;
}

/** The rows of one file, and what a format may say about them inside it. */
export interface FormatInput {
  readonly columns: readonly ExportColumn[];
  readonly chunks: AsyncIterable<RowChunk>;
  readonly facts: FileFacts;
}

/** Where a file comes from. The bounds are RFC 3339. */
export interface FileFacts {
  readonly batchExportId: string;
  readonly exportName: string;
  readonly dataIntervalStart: string;
  readonly dataIntervalEnd: string;
  readonly refillVersion: string;
}
