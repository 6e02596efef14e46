import { RefillError } from "../../domain/errors.js";

/** What a session in UTC with ISO dates sends for a timestamptz. */
const shape =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?\+00(?::00)?$/;

/**
 * A timestamptz as Postgres sent it, in RFC 3339 with `Z` and every digit of its fraction.
 * @throws RefillError TIMESTAMP_INVALID for infinity and for years outside 1 to 9999, which RFC 3339 cannot write
 */
export function rfc3339(text: string): string {
  const { date, time, fraction } = split(text);
  return `${date}T${time}${fraction}Z`;
}

/** The same for a column that may be null. */
export function rfc3339OrNull(text: string | null): string | null {
  return text === null ? null : rfc3339(text);
}

/**
 * A timestamptz as Postgres sent it, in milliseconds since the epoch; microseconds are rounded down.
 * @throws RefillError TIMESTAMP_INVALID as `rfc3339` does
 */
export function instantMs(text: string): number {
  const { date, time, fraction } = split(text);
  return Date.parse(`${date}T${time}.${fraction.slice(1, 4).padEnd(3, "0")}Z`);
}

/** The same for a column that may be null. */
export function instantMsOrNull(text: string | null): number | null {
  return text === null ? null : instantMs(text);
}

interface SplitText {
  readonly date: string;
  readonly time: string;
  /** With its point, or empty. */
  readonly fraction: string;
}

function split(text: string): SplitText {
  const [, year, month, day, time, fraction] = shape.exec(text) ?? [];
  if (
    year === undefined ||
    month === undefined ||
    day === undefined ||
    time === undefined
  ) {
    throw new RefillError(
      "TIMESTAMP_INVALID",
      `Expected a stored timestamp in UTC between the years 1 and 9999, got '${text}'.`,
    );
  }
  return { date: `${year}-${month}-${day}`, time, fraction: fraction ?? "" };
}
