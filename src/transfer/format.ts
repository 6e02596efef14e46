import type { RowEncoding } from "./source.js";

/** How rows become the bytes of a file. A format knows nothing of files or uploads. */
export interface Format {
  /** Added to every key, with its dot: `.jsonl.gz`. */
  readonly suffix: string;
  /** What it wants of the source. */
  readonly rowEncoding: RowEncoding;
  /** Turns encoded rows into the file's bytes, in bounded memory. */
  encode(rows: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
