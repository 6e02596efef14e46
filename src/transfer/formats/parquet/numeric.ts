import { numericLayout, numericSign } from "../binary/numeric-layout.js";
import { notInParquet } from "./not-in-parquet.js";

const base = 10_000;
const wordSize = 2 ** 32;

/**
 * The number without its point, `value × 10^scale`, in two's complement, lowest word first.
 * @throws RefillError SOURCE_DATA_INVALID for NaN and for what does not fit
 */
export function unscaledNumber(
  view: DataView,
  start: number,
  decimal: { readonly name: string; readonly scale: number },
  words: Uint32Array,
): void {
  const sign = view.getUint16(start + numericLayout.sign);
  if (sign >= numericSign.nan) throw notFinite(decimal.name, sign);
  const count = view.getInt16(start + numericLayout.count);
  const weight = view.getInt16(start + numericLayout.weight);
  const last = -Math.ceil(decimal.scale / 4);
  const unused = 10 ** (-4 * last - decimal.scale);
  words.fill(0);
  let carry = 0;
  for (let place = weight; place >= last; place -= 1) {
    const index = weight - place;
    const digit = index < count ? digitAt(view, start, index) : 0;
    const factor = place === last ? base / unused : base;
    const added = place === last ? Math.floor(digit / unused) : digit;
    carry += multiplyAndAdd(words, factor, added);
  }
  if (carry > 0 || hasDigitsBelow(view, start, last, unused)) {
    throw notInParquet(decimal.name, {
      expected: "numbers of the column's precision and scale",
      got: "one with more digits",
    });
  }
  if (sign === numericSign.negative) negate(words);
}

/** Whether digits are left that the scale has no place for. */
function hasDigitsBelow(
  view: DataView,
  start: number,
  last: number,
  unused: number,
): boolean {
  const count = view.getInt16(start + numericLayout.count);
  const weight = view.getInt16(start + numericLayout.weight);
  const lastIndex = weight - last;
  for (let index = Math.max(0, lastIndex); index < count; index += 1) {
    const digit = digitAt(view, start, index);
    if ((index === lastIndex ? digit % unused : digit) !== 0) return true;
  }
  return false;
}

function digitAt(view: DataView, start: number, index: number): number {
  return view.getInt16(start + numericLayout.digits + 2 * index);
}

/** @returns what does not fit: not 0 once the number is too large */
function multiplyAndAdd(
  words: Uint32Array,
  factor: number,
  added: number,
): number {
  let carry = added;
  for (let index = 0; index < words.length; index += 1) {
    const product = (words[index] ?? 0) * factor + carry;
    words[index] = product; // modulo 2^32
    carry = Math.floor(product / wordSize);
  }
  return carry;
}

function negate(words: Uint32Array): void {
  let carry = 1;
  for (let index = 0; index < words.length; index += 1) {
    const sum = (~(words[index] ?? 0) >>> 0) + carry;
    words[index] = sum;
    carry = sum >= wordSize ? 1 : 0;
  }
}

function notFinite(name: string, sign: number) {
  return notInParquet(name, {
    expected: "numbers, which DECIMAL is made of",
    got: sign === numericSign.nan ? "NaN" : "an infinity",
  });
}
