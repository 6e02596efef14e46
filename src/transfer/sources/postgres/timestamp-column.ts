import { RefillError } from "../../../domain/errors.js";
import type { Interval } from "../../source.js";
import { baseTypes, type Column } from "./columns.js";
import { quoteIdentifier, quoteLiteral, timestampLiteral } from "./quote.js";

/** The column that tells which interval a row belongs to. */
export interface TimestampColumn {
  readonly name: string;
  /** The zone whose clock the column shows; null for timestamptz, which needs none. */
  readonly zone: string | null;
}

/**
 * Finds out how the column tells an instant.
 * @throws RefillError SOURCE_TIMESTAMP_INVALID
 */
export function readTimestampColumn(
  column: Pick<Column, "name" | "baseType" | "typeName">,
  zones: {
    readonly timestampTimeZone: string | null;
    readonly exportTimeZone: string;
  },
): TimestampColumn {
  switch (column.baseType) {
    case baseTypes.timestamptz:
      return { name: column.name, zone: null };
    case baseTypes.date:
      return {
        name: column.name,
        zone: zones.timestampTimeZone ?? zones.exportTimeZone,
      };
    case baseTypes.timestamp:
      if (zones.timestampTimeZone === null) throw needsZone(column);
      return { name: column.name, zone: zones.timestampTimeZone };
    default:
      throw new RefillError(
        "SOURCE_TIMESTAMP_INVALID",
        `Expected ${column.name} to be a timestamp with time zone, a timestamp or a date, got ${column.typeName}. Name another timestamp_column, or cast it in a query.`,
      );
  }
}

/** The instant of a row. Every row has one, also in an hour that a zone's clock repeats or skips, as Postgres decides it. */
export function instantSql(column: TimestampColumn): string {
  const name = quoteIdentifier(column.name);
  return column.zone === null
    ? name
    : `(${name}::timestamp at time zone ${quoteLiteral(column.zone)})`;
}

/** A condition on the column itself that an index can serve, and that no row of the interval fails. */
export function coarseSql(column: TimestampColumn, interval: Interval): string {
  const name = quoteIdentifier(column.name);
  const { startMs, endMs } = interval;
  if (column.zone === null) {
    return `${name} >= ${timestampLiteral(startMs)} and ${name} < ${timestampLiteral(endMs)}`;
  }
  const low = localBoundSql("least", startMs, column.zone);
  const high = localBoundSql("greatest", endMs, column.zone);
  return `${name} >= ${low} and ${name} < ${high}`;
}

/** Exactly the rows of the interval. Infinite timestamps are in none. */
export function exactSql(column: TimestampColumn, interval: Interval): string {
  const coarse = coarseSql(column, interval);
  if (column.zone === null) return coarse;
  const instant = instantSql(column);
  return `${coarse} and ${instant} >= ${timestampLiteral(interval.startMs)} and ${instant} < ${timestampLiteral(interval.endMs)}`;
}

/** More than any zone's clock ever moved at once: a day, where a zone changed sides of the date line. */
export const largestClockChangeHours = 26;

/** The furthest local time that an instant can have under any offset in force within a day of it. */
function localBoundSql(
  choose: "least" | "greatest",
  ms: number,
  zone: string,
): string {
  const local = [-largestClockChangeHours, 0, largestClockChangeHours].map(
    (hours) =>
      `(${timestampLiteral(ms + hours * 3_600_000)} at time zone ${quoteLiteral(zone)}) - interval '${hours} hours'`,
  );
  return `${choose}(${local.join(", ")})`;
}

function needsZone({ name }: Pick<Column, "name">): RefillError {
  return new RefillError(
    "SOURCE_TIMESTAMP_INVALID",
    `Expected timestamp_timezone for ${name}, a timestamp without a time zone, got none. Add the IANA zone whose clock it shows, such as timestamp_timezone: UTC.`,
  );
}
