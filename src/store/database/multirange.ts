import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import { formatInstant } from "../../domain/time/instant.js";
import { type Sql, sql } from "./sql.js";

/** Ranges as Postgres reads a `tstzmultirange`: `{[2001-03-01T00:00:00Z,2001-03-02T00:00:00Z)}`. */
export function multirangeText(ranges: readonly OpenEndedRange[]): string {
  const texts = ranges.map(({ startMs, endMs }) =>
    startMs === null
      ? `(,${formatInstant(endMs)})`
      : `[${formatInstant(startMs)},${formatInstant(endMs)})`,
  );
  return `{${texts.join(",")}}`;
}

/** A `tstzmultirange` as `RangePairs`; null where it is null. */
export function rangePairs(multirange: Sql): Sql {
  return sql`(
    select json_agg(
      json_build_array(extract(epoch from lower(part)) * 1000, extract(epoch from upper(part)) * 1000) order by part
    )
    from unnest(${multirange}) part
  )`;
}

/** Starts and ends in milliseconds since the epoch, ascending. A null start: without a beginning. */
export type RangePairs = readonly (readonly [
  startMs: number | null,
  endMs: number,
])[];

export function rangesOf(pairs: RangePairs): readonly OpenEndedRange[] {
  return pairs.map(([startMs, endMs]) => ({ startMs, endMs }));
}
