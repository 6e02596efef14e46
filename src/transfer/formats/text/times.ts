import { dateOfDayNumber, formatDate } from "../../../domain/time/calendar.js";
import { fourDigits, latinText, twoDigits } from "./integers.js";
import type { ValueWriter } from "./value-writer.js";

const colon = 0x3a;
const point = 0x2e;
const zero = 0x30;

const wordSize = 2 ** 32;
const microsecondsPerDay = 86_400_000_000;
/** From 1970-01-01 to 2000-01-01, where Postgres begins to count. */
const daysBefore2000 = 10_957;

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
const longestTime = 40;

/** Writes dates: days since 2000-01-01 as 32 bits. */
export function dateWriter(): ValueWriter {
  const day = new DayText();
  return {
    longest: longestTime,
    write: ({ view }, start, _length, target, at) => {
      const days = view.getInt32(start);
      if (days === greatestWord) return latinText("infinity", target, at);
      if (days === leastWord) return latinText("-infinity", target, at);
      return day.writeEra(target, day.write(days, target, at));
    },
  };
}

/** Writes timestamps: microseconds since 2000-01-01 as 64 bits. */
export function timestampWriter({ separator, zone }: TimeStyle): ValueWriter {
  const day = new DayText();
  return {
    longest: longestTime,
    write: ({ view }, start, _length, target, at) => {
      const high = view.getInt32(start);
      const low = view.getUint32(start + 4);
      if (high === greatestWord && low === wordSize - 1) {
        return latinText("infinity", target, at);
      }
      if (high === leastWord && low === 0) {
        return latinText("-infinity", target, at);
      }
      const isSafe = high > -0x20_0000 && high < 0x20_0000;
      const total = isSafe ? high * wordSize + low : 0;
      const days = isSafe
        ? Math.floor(total / microsecondsPerDay)
        : daysExactly(view.getBigInt64(start));
      const ofDay = isSafe
        ? total - days * microsecondsPerDay
        : restExactly(view.getBigInt64(start), days);
      let end = day.write(days, target, at);
      target[end++] = separator;
      end = latinText(zone, target, clockText(ofDay, target, end));
      return day.writeEra(target, end);
    },
  };
}

/** The text of days, of which the last is kept: rows that stand together are mostly of one. */
class DayText {
  #days = NaN;
  #text = "";
  #isBeforeChrist = false;

  /** Writes the date that lies so many days after 2000-01-01. */
  write(days: number, target: Uint8Array, at: number): number {
    if (days !== this.#days) this.#make(days);
    return latinText(this.#text, target, at);
  }

  /** Writes the era of the last date, which stands after the time. */
  writeEra(target: Uint8Array, at: number): number {
    return this.#isBeforeChrist ? latinText(" BC", target, at) : at;
  }

  #make(days: number): void {
    const date = dateOfDayNumber(days + daysBefore2000);
    this.#days = days;
    this.#isBeforeChrist = date.year <= 0; // 0 is 1 BC
    this.#text = formatDate(
      this.#isBeforeChrist ? { ...date, year: 1 - date.year } : date,
    );
  }
}

function daysExactly(total: bigint): number {
  const day = BigInt(microsecondsPerDay);
  const rest = ((total % day) + day) % day;
  return Number((total - rest) / day);
}

function restExactly(total: bigint, days: number): number {
  return Number(total - BigInt(days) * BigInt(microsecondsPerDay));
}

/** `04:05:06.789`: a fraction without the zeros at its end, and none where it is zero. */
function clockText(
  microseconds: number,
  target: Uint8Array,
  at: number,
): number {
  const seconds = Math.floor(microseconds / 1_000_000);
  const fraction = microseconds - seconds * 1_000_000;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  let end = twoDigits(hours, target, at);
  target[end++] = colon;
  end = twoDigits(minutes - hours * 60, target, end);
  target[end++] = colon;
  end = twoDigits(seconds - minutes * 60, target, end);
  return fraction === 0 ? end : fractionText(fraction, target, end);
}

function fractionText(
  fraction: number,
  target: Uint8Array,
  at: number,
): number {
  const hundreds = (fraction / 100) | 0;
  target[at] = point;
  let end = fourDigits(hundreds, target, at + 1);
  end = twoDigits(fraction - hundreds * 100, target, end);
  while (target[end - 1] === zero) end -= 1;
  return end;
}
