import { integerText, latinText, paddedText } from "./integers.js";

const colon = 0x3a;
const hyphen = 0x2d;
const point = 0x2e;
const zero = 0x30;

const wordSize = 2 ** 32;
const microsecondsPerDay = 86_400_000_000;
/** From 0000-03-01 to 2000-01-01, where Postgres begins to count, in the proleptic Gregorian calendar. */
const daysBefore2000 = 730_425;
const daysPerEra = 146_097;

/** `-infinity` and `infinity` are the least and the greatest number of the type. */
const leastWord = -0x8000_0000;
const greatestWord = 0x7fff_ffff;

/** How a format writes what is between a date and a time, and after the two. */
export interface TimeStyle {
  readonly separator: number;
  /** Of UTC, in which all times are. */
  readonly zone: string;
}

/** No date or time is longer: 294276-12-31T23:59:59.999999+00:00, and ` BC`. */
export const longestTime = 40;

/** Writes a date: days since 2000-01-01 as 32 bits. @returns the position after it */
export function dateText(
  view: DataView,
  start: number,
  target: Uint8Array,
  at: number,
): number {
  const days = view.getInt32(start);
  if (days === greatestWord) return latinText("infinity", target, at);
  if (days === leastWord) return latinText("-infinity", target, at);
  const date = civilOf(days);
  return eraText(date.year, target, ymdText(date, target, at));
}

/** Writes a timestamp: microseconds since 2000-01-01 as 64 bits. @returns the position after it */
export function timestampText(
  view: DataView,
  start: number,
  style: TimeStyle,
  target: Uint8Array,
  at: number,
): number {
  const high = view.getInt32(start);
  const low = view.getUint32(start + 4);
  if (high === greatestWord && low === wordSize - 1) {
    return latinText("infinity", target, at);
  }
  if (high === leastWord && low === 0) {
    return latinText("-infinity", target, at);
  }
  const { days, microseconds } =
    high > -0x20_0000 && high < 0x20_0000
      ? split(high * wordSize + low)
      : splitExactly(view.getBigInt64(start));
  const date = civilOf(days);
  let end = ymdText(date, target, at);
  target[end++] = style.separator;
  end = clockText(microseconds, target, end);
  end = latinText(style.zone, target, end);
  return eraText(date.year, target, end);
}

function split(total: number) {
  const days = Math.floor(total / microsecondsPerDay);
  return { days, microseconds: total - days * microsecondsPerDay };
}

function splitExactly(total: bigint) {
  const day = BigInt(microsecondsPerDay);
  const rest = ((total % day) + day) % day;
  return { days: Number((total - rest) / day), microseconds: Number(rest) };
}

interface CivilDate {
  /** 0 is 1 BC. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Eras of 400 years that begin on 1 March, so that the leap day is a year's last (Howard Hinnant, chrono-compatible date algorithms). */
function civilOf(days: number): CivilDate {
  const shifted = days + daysBefore2000;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

function ymdText(
  { year, month, day }: CivilDate,
  target: Uint8Array,
  at: number,
): number {
  let end = paddedText(year > 0 ? year : 1 - year, 4, target, at);
  target[end++] = hyphen;
  end = twoDigits(month, target, end);
  target[end++] = hyphen;
  return twoDigits(day, target, end);
}

function eraText(year: number, target: Uint8Array, at: number): number {
  return year > 0 ? at : latinText(" BC", target, at);
}

/** `04:05:06.789`: a fraction without the zeros at its end, and none where it is zero. */
function clockText(
  microseconds: number,
  target: Uint8Array,
  at: number,
): number {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = microseconds - seconds * 1_000_000;
  let end = twoDigits(Math.floor(seconds / 3_600), target, at);
  target[end++] = colon;
  end = twoDigits(Math.floor(seconds / 60) % 60, target, end);
  target[end++] = colon;
  end = twoDigits(seconds % 60, target, end);
  if (fraction === 0) return end;
  target[end++] = point;
  end = paddedText(fraction, 6, target, end);
  while (target[end - 1] === zero) end -= 1;
  return end;
}

function twoDigits(value: number, target: Uint8Array, at: number): number {
  if (value < 10) target[at++] = zero;
  return integerText(value, target, at);
}
