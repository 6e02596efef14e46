import { createHash } from "node:crypto";
import type { Destination } from "./destination.js";
import { RowsDigest } from "./rows-digest.js";

/** Tells what was written to a destination from anything else that it may hold later. */
export interface ContentHash {
  update(chunk: Uint8Array): void;
  /** 256 bits, in lower-case hexadecimal. */
  hex(): string;
}

/**
 * SHA-256 of the bytes; where rows are kept, which come back in any order, the sum of the SHA-256 of each (`RowsDigest`).
 */
export function contentHash({
  replacesIntervals,
}: Pick<Destination, "replacesIntervals">): ContentHash {
  if (replacesIntervals) return new RowsHash();
  const hash = createHash("sha256");
  return {
    update: (chunk) => hash.update(chunk),
    hex: () => hash.digest("hex"),
  };
}

const lineFeed = 0x0a;

/** Rows of COPY's text form: a line each, because it writes a line feed inside of a value as `\n`. */
class RowsHash implements ContentHash {
  readonly #digest = new RowsDigest();
  #begun: Uint8Array = new Uint8Array();

  update(chunk: Uint8Array): void {
    let start = 0;
    let end = chunk.indexOf(lineFeed);
    for (; end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#add(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start === chunk.byteLength) return;
    this.#begun = Buffer.concat([this.#begun, chunk.subarray(start)]);
  }

  hex(): string {
    return this.#digest.result().sha256Sum;
  }

  #add(rest: Uint8Array): void {
    const isWhole = this.#begun.byteLength === 0;
    this.#digest.add(isWhole ? rest : Buffer.concat([this.#begun, rest]));
    if (!isWhole) this.#begun = new Uint8Array();
  }
}
