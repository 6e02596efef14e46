import type { Bounds } from "./bounds.js";

/** Longer values are cut to this in the statistics. Fixed-length values are shorter. */
const mostBytes = 64;

/** How values of bytes are ordered and cut. */
export type BytesOrder = "text" | "bytes" | "signed";

/**
 * Follows the least and the greatest of values of bytes, compared one byte after the other without a sign; of `signed`
 * ones, big-endian numbers of one length, the first byte has it. Long ones are cut, so that they are below or above all.
 */
export class BytesBounds {
  readonly #order: BytesOrder;
  readonly #signBit: number;
  readonly #min = new Prefix();
  readonly #max = new Prefix();
  #isEmpty = true;

  constructor(order: BytesOrder) {
    this.#order = order;
    this.#signBit = order === "signed" ? 0x80 : 0;
  }

  add(bytes: Uint8Array, start: number, length: number): void {
    const toMin = this.#isEmpty
      ? -1
      : this.#min.compare(bytes, start, length, this.#signBit);
    const toMax = this.#isEmpty
      ? 1
      : this.#max.compare(bytes, start, length, this.#signBit);
    if (toMin < 0) this.#min.set(bytes, start, length);
    if (toMin === 0) this.#min.isWhole ||= length <= mostBytes;
    if (toMax > 0) this.#max.set(bytes, start, length);
    if (toMax === 0) this.#max.isWhole &&= length <= mostBytes;
    this.#isEmpty = false;
  }

  /** Null where there is no value, or no short value above them. Begins anew. */
  take(): Bounds | null {
    if (this.#isEmpty) return null;
    this.#isEmpty = true;
    const max = this.#max.isWhole ? this.#max.bytes() : this.#above();
    if (max === null) return null;
    return {
      min: this.#below(),
      max,
      isMinExact: this.#min.isWhole,
      isMaxExact: this.#max.isWhole,
    };
  }

  #below(): Buffer {
    const bytes = this.#min.bytes();
    return this.#order === "text" && !this.#min.isWhole
      ? wholeCharacters(bytes)
      : bytes;
  }

  #above(): Buffer | null {
    const bytes = this.#max.bytes();
    return this.#order === "text"
      ? nextText(wholeCharacters(bytes).toString())
      : nextBytes(bytes);
  }
}

/** The first bytes of a value. */
class Prefix {
  readonly #bytes = Buffer.alloc(mostBytes);
  #length = 0;
  /** Whether these are all bytes of the value. */
  isWhole = true;

  bytes(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  set(bytes: Uint8Array, start: number, length: number): void {
    this.#length = Math.min(length, mostBytes);
    this.#bytes.set(bytes.subarray(start, start + this.#length));
    this.isWhole = length <= mostBytes;
  }

  /** Below zero when the value's first bytes come before these. */
  compare(
    bytes: Uint8Array,
    start: number,
    length: number,
    signBit: number,
  ): number {
    const compared = Math.min(length, mostBytes);
    const shared = Math.min(compared, this.#length);
    for (let at = 0; at < shared; at += 1) {
      const difference = (bytes[start + at] ?? 0) - (this.#bytes[at] ?? 0);
      if (difference === 0) continue;
      return at === 0 && signBit !== 0
        ? ((bytes[start] ?? 0) ^ signBit) - ((this.#bytes[0] ?? 0) ^ signBit)
        : difference;
    }
    return compared - this.#length;
  }
}

/** UTF-8 without a character that was cut. */
function wholeCharacters(bytes: Buffer): Buffer {
  let lead = bytes.byteLength - 1;
  while (lead > 0 && isContinuation(bytes[lead] ?? 0)) lead -= 1;
  const width = characterBytes(bytes[lead] ?? 0);
  return lead + width <= bytes.byteLength ? bytes : bytes.subarray(0, lead);
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function characterBytes(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

const largestCodePoint = 0x10ffff;

/** The first text after all that begin with this one. UTF-8's order of bytes is the order of code points. */
function nextText(text: string): Buffer | null {
  const characters = Array.from(text); // code points
  for (let at = characters.length - 1; at >= 0; at -= 1) {
    const codePoint = characters[at]?.codePointAt(0) ?? largestCodePoint;
    if (codePoint === largestCodePoint) continue;
    const next = codePoint === 0xd7ff ? 0xe000 : codePoint + 1; // past the surrogates
    const kept = characters.slice(0, at).join("");
    return Buffer.from(kept + String.fromCodePoint(next));
  }
  return null;
}

function nextBytes(bytes: Buffer): Buffer | null {
  for (let at = bytes.byteLength - 1; at >= 0; at -= 1) {
    const byte = bytes[at] ?? 0xff;
    if (byte === 0xff) continue;
    const next = Buffer.from(bytes.subarray(0, at + 1));
    next[at] = byte + 1;
    return next;
  }
  return null;
}
