import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  BytesBounds,
  type BytesOrder,
} from "../../../../src/transfer/formats/parquet/bytes-bounds.js";

function boundsOf(order: BytesOrder, values: readonly Uint8Array[]) {
  const bounds = new BytesBounds(order);
  for (const value of values) bounds.add(value, 0, value.byteLength);
  return bounds.take();
}

const longText = fc
  .tuple(
    fc.constantFrom("", "a".repeat(62), "é".repeat(31), "😀".repeat(16)),
    fc.string({ unit: "binary", maxLength: 5 }),
  )
  .map(([start, end]) => Buffer.from(start + end));

test("no text lies outside its bounds, which are short and valid UTF-8", () => {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  fc.assert(
    fc.property(fc.array(longText, { minLength: 1 }), (values) => {
      const bounds = boundsOf("text", values);
      if (bounds === null) return; // no text is above all of these
      const sorted = values.toSorted((one, other) => one.compare(other));
      const [least, greatest] = [sorted[0], sorted.at(-1)];
      if (least === undefined || greatest === undefined) return;
      expect(Buffer.compare(bounds.min, least)).toBe(
        bounds.isMinExact ? 0 : -1,
      );
      expect(Buffer.compare(bounds.max, greatest)).toBe(
        bounds.isMaxExact ? 0 : 1,
      );
      for (const bound of [bounds.min, bounds.max]) {
        expect(bound.byteLength).toBeLessThanOrEqual(68);
        expect(() => utf8.decode(bound)).not.toThrow();
      }
    }),
    { numRuns: 1_000 },
  );
});

test("bytes are compared without a sign, and numbers with one", () => {
  const values = [0x00, 0x7f, 0x80, 0xff].map((byte) => Buffer.of(byte, 1));
  expect(boundsOf("bytes", values)).toMatchObject({
    min: values[0],
    max: values[3],
  });
  expect(boundsOf("signed", values)).toMatchObject({
    min: values[2],
    max: values[1],
  });
});

test("there are no bounds where nothing is above the greatest value", () => {
  expect(boundsOf("bytes", [Buffer.alloc(65, 0xff)])).toBeNull();
  expect(boundsOf("text", [])).toBeNull();
});
