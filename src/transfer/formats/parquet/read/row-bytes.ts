import { copyBytes } from "../copy-bytes.js";

const firstBytes = 4 * 1024;

/** What stands before a value, and in place of one. With them a row's bytes say all that is in the row. */
export const rowMark = {
  null: 0,
  value: 1,
  list: 2,
  endOfList: 3,
} as const;

/**
 * The bytes that a row is compared by, the same for a row that arrives and for one that was stored: the file's schema,
 * then for each column a mark and the value as a page of Parquet holds it (PLAIN).
 */
export class RowBytes {
  #bytes = new Uint8Array(firstBytes);
  #length: number;
  readonly #schemaBytes: number;

  constructor(schema: Uint8Array) {
    this.#bytes.set(schema);
    this.#schemaBytes = this.#length = schema.byteLength;
  }

  /** Takes the row's bytes, valid until the next one begins. */
  take(): Uint8Array {
    const row = this.#bytes.subarray(0, this.#length);
    this.#length = this.#schemaBytes;
    return row;
  }

  mark(mark: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = mark;
    this.#length += 1;
  }

  append(source: Uint8Array, start: number, length: number): void {
    this.#reserve(length);
    copyBytes(source, start, length, this.#bytes, this.#length);
    this.#length += length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
