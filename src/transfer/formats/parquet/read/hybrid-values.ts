import { notOurParquet } from "./not-our-parquet.js";

type Numbers = Uint8Array | Uint32Array;

/**
 * Fills `values` with the numbers that `encodeHybrid` wrote: runs of equal values, and bit-packed groups of eight.
 * Source: parquet-format, Encodings.md, RLE/bit-packing hybrid.
 * @throws RefillError DESTINATION_DATA_INVALID when the bytes hold fewer
 */
export function decodeHybrid(
  bytes: Uint8Array,
  bitWidth: number,
  values: Numbers,
): void {
  let at = 0;
  let count = 0;
  while (count < values.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const packedBytes = (header >>> 1) * bitWidth;
    const valueBytes = Math.ceil(bitWidth / 8);
    const isPacked = (header & 1) === 1;
    const end = at + (isPacked ? packedBytes : valueBytes);
    if (end > bytes.byteLength) throw notOurParquet("too few levels");
    count = isPacked
      ? unpack(bytes.subarray(at, end), bitWidth, values, count)
      : repeat(bytes.subarray(at, end), header >>> 1, values, count);
    at = end;
  }
}

/** @returns how many values there are then */
function repeat(
  bytes: Uint8Array,
  times: number,
  values: Numbers,
  count: number,
): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const end = Math.min(values.length, count + times);
  values.fill(value, count, end);
  return end;
}

/** The last group may hold more than there are. @returns how many values there are then */
function unpack(
  bytes: Uint8Array,
  bitWidth: number,
  values: Numbers,
  from: number,
): number {
  const mask = 2 ** bitWidth - 1;
  let count = from;
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending |= byte << pendingBits; // up to 23 bits that no value has taken, and 8 more
    pendingBits += 8;
    while (pendingBits >= bitWidth && count < values.length) {
      values[count++] = pending & mask;
      pending >>>= bitWidth;
      pendingBits -= bitWidth;
    }
  }
  return count;
}
