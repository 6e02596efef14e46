const zero = 0x30;
const minus = 0x2d;
const wordSize = 2 ** 32;

/** The sign and the digits of -9223372036854775808. */
export const longestInteger = 20;

/** Writes an integer of 64 bits in decimal. @returns the position after it */
export function int8Text(
  view: DataView,
  start: number,
  target: Uint8Array,
  at: number,
): number {
  const high = view.getInt32(start);
  return high > -0x20_0000 && high < 0x20_0000
    ? integerText(high * wordSize + view.getUint32(start + 4), target, at)
    : latinText(view.getBigInt64(start).toString(), target, at);
}

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

/** Writes a number from 0 to 99 in two digits. @returns the position after it */
export function twoDigits(
  value: number,
  target: Uint8Array,
  at: number,
): number {
  const tens = (value / 10) | 0;
  target[at] = zero + tens;
  target[at + 1] = zero + (value - tens * 10);
  return at + 2;
}

/** Writes a number from 0 to 9,999 in four digits. @returns the position after it */
export function fourDigits(
  value: number,
  target: Uint8Array,
  at: number,
): number {
  const hundreds = (value / 100) | 0;
  twoDigits(hundreds, target, at);
  return twoDigits(value - hundreds * 100, target, at + 2);
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
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
