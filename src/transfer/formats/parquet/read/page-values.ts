import type { ValueLayout } from "./footer.js";
import { decodeHybrid } from "./hybrid-values.js";
import { notOurParquet } from "./not-our-parquet.js";
import type { RowBytes } from "./row-bytes.js";

/** The values of one page, in their order. */
export interface PageValues {
  /** Appends the next value to the row. */
  appendNext(row: RowBytes): void;
}

/** Values as they are: of a page without a dictionary, and of the dictionary itself. */
export class PlainValues implements PageValues {
  readonly #bytes: Uint8Array;
  readonly #layout: ValueLayout;
  #at = 0;
  #bit = 0;

  constructor(bytes: Uint8Array, layout: ValueLayout) {
    this.#bytes = bytes;
    this.#layout = layout;
  }

  appendNext(row: RowBytes): void {
    if (this.#layout.kind === "bits") {
      const byte = this.#bytes[this.#bit >>> 3];
      if (byte === undefined) throw tooShort();
      row.mark((byte >>> (this.#bit & 7)) & 1);
      this.#bit += 1;
      return;
    }
    const { start, length } = this.next();
    row.append(this.#bytes, start, length);
  }

  /** Where the next value lies, with the length before it. */
  next(): { readonly start: number; readonly length: number } {
    const start = this.#at;
    const length = this.#lengthAt(start);
    this.#at += length;
    if (this.#at > this.#bytes.byteLength) throw tooShort();
    return { start, length };
  }

  #lengthAt(start: number): number {
    if (this.#layout.kind === "fixed") return this.#layout.widthBytes;
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(start, start + 4);
    return 4 + a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
  }
}

/** A dictionary page, and where each of its values lies. */
export class Dictionary {
  readonly #bytes: Uint8Array;
  readonly #ends: Uint32Array;

  constructor(bytes: Uint8Array, layout: ValueLayout, entries: number) {
    const values = new PlainValues(bytes, layout);
    this.#bytes = bytes;
    this.#ends = Uint32Array.from({ length: entries }, () => {
      const { start, length } = values.next();
      return start + length;
    });
  }

  append(entry: number, row: RowBytes): void {
    const end = this.#ends[entry];
    if (end === undefined) throw notOurParquet("an index beyond a dictionary");
    const start = this.#ends[entry - 1] ?? 0;
    row.append(this.#bytes, start, end - start);
  }
}

/** Values as indexes of a dictionary: the width of an index, then all of them. */
export class IndexedValues implements PageValues {
  readonly #dictionary: Dictionary;
  readonly #indexes: Uint32Array;
  #next = 0;

  constructor(bytes: Uint8Array, dictionary: Dictionary, count: number) {
    this.#dictionary = dictionary;
    this.#indexes = new Uint32Array(count);
    decodeHybrid(bytes.subarray(1), bytes[0] ?? 0, this.#indexes);
  }

  appendNext(row: RowBytes): void {
    const entry = this.#indexes[this.#next];
    if (entry === undefined) throw tooShort();
    this.#dictionary.append(entry, row);
    this.#next += 1;
  }
}

function tooShort() {
  return notOurParquet("a page with too few values");
}
