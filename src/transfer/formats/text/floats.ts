import { latinText } from "./integers.js";

/** No text of a double is longer: -2.2250738585072014e-308. */
export const longestFloat = 24;

/**
 * Writes the least digits that are read as the same double, in the notation that Postgres chooses; it adds a digit to
 * those exactly between two doubles, which JavaScript leaves to the reader's rounding. @returns the position after it
 */
export function floatText(
  value: number,
  target: Uint8Array,
  at: number,
): number {
  return latinText(textOf(value), target, at);
}

/**
 * Postgres writes digits and a point for exponents from -4 to 14, and `1e+15` beyond; JavaScript agrees in between.
 * Source: common/d2s.c, double_to_shortest_decimal_bufn.
 */
function textOf(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e15) return String(value);
  if (!Number.isFinite(value)) return String(value);
  const text = value.toExponential();
  const [digits, sign, exponent] = [
    text.slice(0, text.indexOf("e")),
    text.slice(text.indexOf("e") + 1, text.indexOf("e") + 2),
    text.slice(text.indexOf("e") + 2),
  ];
  return `${digits}e${sign}${exponent.padStart(2, "0")}`;
}
