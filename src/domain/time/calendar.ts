/** A date of the proleptic Gregorian calendar. `month` is 1 to 12, `day` is 1 to 31. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** How many days a cycle of 400 Gregorian years has. */
const DAYS_PER_ERA = 146_097;
/** From 0000-03-01, where the cycles below begin, to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468;

/**
 * The number of days from 1970-01-01 to a date. The months are counted from March, so that the leap day comes last
 * (the method of https://howardhinnant.github.io/date_algorithms.html).
 */
export function dayNumberOf({ year, month, day }: CalendarDate): number {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / 400);
  const yearOfEra = yearFromMarch - era * 400;
  const dayOfYear =
    Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_EPOCH;
}

/** The date that lies a number of days after 1970-01-01. The inverse of `dayNumberOf`. */
export function dateOfDayNumber(dayNumber: number): CalendarDate {
  const daysFromMarch = dayNumber + DAYS_TO_EPOCH;
  const era = Math.floor(daysFromMarch / DAYS_PER_ERA);
  const dayOfEra = daysFromMarch - era * DAYS_PER_ERA;
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
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** Whether the calendar has such a date: not 30 February, and 29 February in leap years alone. */
export function isCalendarDate(date: CalendarDate): boolean {
  const back = dateOfDayNumber(dayNumberOf(date));
  return back.month === date.month && back.day === date.day;
}

/** `2001-03-01`. */
export function formatDate({ year, month, day }: CalendarDate): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** A number of at least so many digits, filled with zeros: `pad(5, 2)` is `05`. */
export function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
