type Numbers = Uint8Array | Uint32Array;

/** A run of equal values shorter than this is cheaper bit-packed. */
const shortestRun = 8;
const largestVarintBytes = 5;

/**
 * Encodes small numbers as runs of equal values and of bit-packed groups of eight: Parquet's levels and dictionary indexes.
 * Source: parquet-format, Encodings.md, RLE/bit-packing hybrid.
 */
export function encodeHybrid(
  values: Numbers,
  count: number,
  bitWidth: number,
): Buffer {
  return new HybridEncoder(values, count, bitWidth).encode();
}

/** The bits that hold every number from 0 to `largest`; at least one, because readers differ over none. */
export function bitWidthOf(largest: number): number {
  return Math.max(1, 32 - Math.clz32(largest));
}

class HybridEncoder {
  readonly #values: Numbers;
  readonly #count: number;
  readonly #bitWidth: number;
  readonly #bytes: Buffer;
  #length = 0;

  constructor(values: Numbers, count: number, bitWidth: number) {
    this.#values = values;
    this.#count = count;
    this.#bitWidth = bitWidth;
    this.#bytes = Buffer.allocUnsafe(mostBytes(count, bitWidth));
  }

  encode(): Buffer {
    let packedStart = 0;
    let at = 0;
    while (at < this.#count) {
      const runEnd = this.#runEnd(at);
      const groupEnd = packedStart + Math.ceil((at - packedStart) / 8) * 8;
      if (runEnd - groupEnd >= shortestRun) {
        this.#pack(packedStart, groupEnd);
        this.#repeat(groupEnd, runEnd);
        packedStart = runEnd;
      }
      at = runEnd;
    }
    this.#pack(packedStart, this.#count);
    return this.#bytes.subarray(0, this.#length);
  }

  #runEnd(start: number): number {
    const values = this.#values;
    const count = this.#count;
    const value = values[start];
    let end = start + 1;
    while (end < count && values[end] === value) end += 1;
    return end;
  }

  #repeat(start: number, end: number): void {
    this.#varint((end - start) * 2);
    const value = this.#values[start] ?? 0;
    for (let bits = 0; bits < this.#bitWidth; bits += 8) {
      this.#bytes[this.#length++] = (value >>> bits) & 0xff;
    }
  }

  /** The last group of a column is filled up with zeros, which readers skip. */
  #pack(start: number, end: number): void {
    if (start === end) return;
    const groups = Math.ceil((end - start) / 8);
    this.#varint(groups * 2 + 1);
    const values = this.#values;
    const bytes = this.#bytes;
    const width = this.#bitWidth;
    const lengthAfter = this.#length + groups * width;
    let length = this.#length;
    let pending = 0;
    let pendingBits = 0;
    for (let at = start; at < end; at += 1) {
      pending |= (values[at] ?? 0) << pendingBits; // 7 bits and a value of up to 24
      pendingBits += width;
      while (pendingBits >= 8) {
        bytes[length++] = pending & 0xff;
        pending >>>= 8;
        pendingBits -= 8;
      }
    }
    if (pendingBits > 0) bytes[length++] = pending;
    bytes.fill(0, length, lengthAfter);
    this.#length = lengthAfter;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }
}

/** Runs alternate at worst: each is of eight values or more, and has a header. */
function mostBytes(count: number, bitWidth: number): number {
  const groups = Math.ceil(count / 8) + 1;
  return groups * (bitWidth + 4 + 2 * largestVarintBytes);
}
