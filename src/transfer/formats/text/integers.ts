import type { ValueWriter } from "./encode-rows.js";

const zero = 0x30;
const minus = 0x2d;
const wordSize = 2 ** 32;
/** The sign and the digits of -9223372036854775808. */
const longestInteger = 20;

export const writeInt2: ValueWriter = ({ view, starts }, row, output) => {
  output.reserve(longestInteger);
  const value = view.getInt16(starts[row] ?? 0);
  output.end = integerText(value, output.bytes, output.end);
};

export const writeInt4: ValueWriter = ({ view, starts }, row, output) => {
  output.reserve(longestInteger);
  const value = view.getInt32(starts[row] ?? 0);
  output.end = integerText(value, output.bytes, output.end);
};

export const writeInt8: ValueWriter = ({ view, starts }, row, output) => {
  output.reserve(longestInteger);
  const start = starts[row] ?? 0;
  const high = view.getInt32(start);
  const { bytes, end } = output;
  output.end =
    high > -0x20_0000 && high < 0x20_0000
      ? integerText(high * wordSize + view.getUint32(start + 4), bytes, end)
      : latinText(view.getBigInt64(start).toString(), bytes, end);
};

/** Writes a safe integer in decimal. @returns the position after it */
export function integerText(
  value: number,
  target: Uint8Array,
  at: number,
): number {
  let start = at;
  let rest = value;
  if (rest < 0) {
    target[start++] = minus;
    rest = -rest;
  }
  let end = start + digitsOf(rest);
  const after = end;
  // Division of 32-bit numbers is several times as fast as that of larger ones.
  while (rest > 0x7fff_ffff) {
    const tenth = Math.floor(rest / 10);
    target[--end] = zero + (rest - tenth * 10);
    rest = tenth;
  }
  let word = rest | 0;
  do {
    const tenth = (word / 10) | 0;
    target[--end] = zero + (word - tenth * 10);
    word = tenth;
  } while (end > start);
  return after;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
}

/** Writes a number with zeros before it, to so many digits at least. @returns the position after it */
export function paddedText(
  value: number,
  digits: number,
  target: Uint8Array,
  at: number,
): number {
  let start = at;
  for (let missing = digits - digitsOf(value); missing > 0; missing -= 1) {
    target[start++] = zero;
  }
  return integerText(value, target, start);
}

/** Writes a text of one-byte characters. @returns the position after it */
export function latinText(
  text: string,
  target: Uint8Array,
  at: number,
): number {
  for (let index = 0; index < text.length; index += 1) {
    target[at + index] = text.charCodeAt(index);
  }
  return at + text.length;
}
