import type { FieldRange } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import type { PageBuffer } from "./page-buffer.js";
import { emptyDictionary, type ValueForm } from "./value-form.js";

/** Values of one bit. A page has eight in each byte, the first in the lowest bit. */
export class BoolForm implements ValueForm {
  readonly triesDictionary = false;
  readonly dictionary = emptyDictionary;
  #hasFalse = false;
  #hasTrue = false;
  /** The page whose last byte has room, and the bits that are taken. */
  #page: PageBuffer | null = null;
  #bits = 0;

  write({ fields, from, to }: FieldRange, page: PageBuffer): void {
    const { bytes, starts, lengths } = fields;
    page.reserve(Math.ceil((to - from) / 8) + 1);
    let bits = page === this.#page ? this.#bits : 0;
    for (let at = from; at < to; at += 1) {
      if ((lengths[at] ?? -1) < 0) continue;
      const value = bytes[starts[at] ?? 0] === 0 ? 0 : 1;
      const index = bits >>> 3;
      const others = (bits & 7) === 0 ? 0 : (page.bytes[index] ?? 0);
      page.bytes[index] = others | (value << (bits & 7));
      bits += 1;
      if (value === 0) this.#hasFalse = true;
      else this.#hasTrue = true;
    }
    this.#page = page;
    this.#bits = bits;
    page.length = Math.ceil(bits / 8);
  }

  index(): number {
    throw new Error("Expected no dictionary of bits.");
  }

  writeIndexed(): void {
    throw new Error("Expected no dictionary of bits.");
  }

  takeDictionary(): Buffer {
    return Buffer.alloc(0);
  }

  takeBounds(): Bounds | null {
    const hasFalse = this.#hasFalse;
    const hasTrue = this.#hasTrue;
    this.#hasFalse = this.#hasTrue = false;
    if (!hasFalse && !hasTrue) return null;
    return {
      min: Uint8Array.of(hasFalse ? 0 : 1),
      max: Uint8Array.of(hasTrue ? 1 : 0),
      isMinExact: true,
      isMaxExact: true,
    };
  }
}
