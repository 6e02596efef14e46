import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  bitWidthOf,
  encodeHybrid,
} from "../../../../src/transfer/formats/parquet/hybrid-runs.js";

/** Reads runs as parquet-format's Encodings.md describes them. */
function decode(bytes: Buffer, count: number, bitWidth: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (values.length < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if ((header & 1) === 0) {
      const width = Math.ceil(bitWidth / 8);
      const value = bytes.readUIntLE(at, width);
      at += width;
      values.push(...new Array<number>(header >> 1).fill(value));
    } else {
      const packed = bytes.subarray(at, at + (header >> 1) * bitWidth);
      at += packed.byteLength;
      for (let value = 0; value < (header >> 1) * 8; value += 1) {
        let read = 0;
        for (let bit = 0; bit < bitWidth; bit += 1) {
          const place = value * bitWidth + bit;
          read |= (((packed[place >> 3] ?? 0) >> (place & 7)) & 1) << bit;
        }
        values.push(read);
      }
    }
  }
  expect(at).toBe(bytes.byteLength);
  return values.slice(0, count);
}

test("decodes to the same numbers, for runs and changes of any length and width", () => {
  const run = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 40 }),
      fc.integer({ min: 1, max: 18 }),
      (runs, bitWidth) => {
        const values = Uint32Array.from(
          runs.flatMap(([value, length]) =>
            new Array<number>(length).fill(value % 2 ** bitWidth),
          ),
        );
        const bytes = encodeHybrid(values, values.length, bitWidth);
        expect(decode(bytes, values.length, bitWidth)).toEqual([...values]);
      },
    ),
    { numRuns: 500 },
  );
});

test("takes a few bytes for a page without a NULL", () => {
  const levels = new Uint8Array(1_000_000).fill(1);
  expect(encodeHybrid(levels, levels.length, 1)).toHaveLength(4);
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [255, 8],
  [256, 9],
])("holds numbers up to %i in %i bits", (largest, bits) => {
  expect(bitWidthOf(largest)).toBe(bits);
});
