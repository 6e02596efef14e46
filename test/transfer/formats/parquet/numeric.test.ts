import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { viewOf } from "../../../../src/transfer/formats/binary/fields.js";
import { unscaledNumber } from "../../../../src/transfer/formats/parquet/numeric.js";
import { NumericTexts } from "../../../../src/transfer/formats/text/numeric-text.js";
import { numeric } from "../binary-rows.js";

const digits = (maxLength: number) =>
  fc
    .array(fc.constantFrom(...Array.from("0012345678999")), { maxLength })
    .map((characters) => characters.join(""));

/** Whole digits without leading zeros, and digits after the point. */
const numbers = (wholeDigits: number, fractionDigits: number) =>
  fc
    .tuple(fc.boolean(), digits(wholeDigits), digits(fractionDigits))
    .map(([isNegative, whole, fraction]) => {
      const trimmed = whole.replace(/^0+/, "") || "0";
      const isZero = /^0*$/.test(trimmed + fraction);
      return { minus: isNegative && !isZero ? "-" : "", trimmed, fraction };
    });

test("the text of a numeric has every digit that it has", () => {
  const texts = new NumericTexts();
  fc.assert(
    fc.property(numbers(60, 60), ({ minus, trimmed, fraction }) => {
      const text = minus + trimmed + (fraction === "" ? "" : `.${fraction}`);
      const bytes = numeric(text);
      const { fields } = texts.convert({
        fields: {
          bytes,
          view: viewOf(bytes),
          starts: Int32Array.of(0),
          lengths: Int32Array.of(bytes.byteLength),
        },
        from: 0,
        to: 1,
      });
      const length = fields.lengths[0] ?? 0;
      expect(Buffer.from(fields.bytes.subarray(0, length)).toString()).toBe(
        text,
      );
    }),
    { numRuns: 500 },
  );
});

test.each([1, 2, 4])(
  "a DECIMAL of %i words is the number without its point",
  (words) => {
    const precision = { 1: 9, 2: 18, 4: 38 }[words] ?? 0;
    fc.assert(
      fc.property(
        fc.nat({ max: precision }).chain((scale) =>
          numbers(precision - scale, scale).map((number) => ({
            ...number,
            scale,
          })),
        ),
        ({ minus, trimmed, fraction, scale }) => {
          const bytes = numeric(`${minus}${trimmed}.${fraction}`);
          const result = new Uint32Array(words);
          const decimal = { name: "n", scale };
          unscaledNumber(viewOf(bytes), 0, decimal, result);
          const unsigned = [...result].reduceRight(
            (sum, word) => sum * 2n ** 32n + BigInt(word),
            0n,
          );
          const expected = BigInt(
            minus + trimmed + fraction.padEnd(scale, "0"),
          );
          expect(BigInt.asIntN(32 * words, unsigned)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  },
);
