import { conditionSql } from "./copy-statement.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { quoteIdentifier } from "./quote.js";
import type { Relation } from "./relation.js";
import {
  exactSql,
  instantSql,
  largestClockChangeHours,
} from "./timestamp-column.js";

/** Where Postgres's timestamps begin, but for some weeks that leave room for the bounds around it: 4713 BC. */
const earliestInstantMs = Date.UTC(-4712, 0, 3);

/** The earliest finite instant of the range, rounded down to a millisecond; null where there is none. An index answers at once. */
export async function readEarliest(
  session: {
    readonly connection: PostgresConnection;
    readonly relation: Relation;
  },
  range: { readonly startMs: number | null; readonly endMs: number },
  signal: AbortSignal,
): Promise<number | null> {
  const { connection, relation } = session;
  const { rows } = await connection.query<{ ms: string | null }>(
    { text: earliestSql(relation, range) },
    signal,
  );
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Number(ms);
}

/**
 * The column's own order is that of the instants but for the hour that a clock repeats,
 * so the earliest instant lies within one change of the clock after the column's minimum.
 */
function earliestSql(
  relation: Relation,
  range: { readonly startMs: number | null; readonly endMs: number },
): string {
  const { timestamp, fromSql } = relation;
  const name = quoteIdentifier(timestamp.name);
  const condition = conditionSql(
    relation,
    exactSql(timestamp, {
      startMs: range.startMs ?? earliestInstantMs,
      endMs: range.endMs,
    }),
  );
  const first = `select min(${name}) from ${fromSql} where ${condition}`;
  if (timestamp.zone === null) return inMilliseconds(first);
  const instant = instantSql(timestamp);
  return inMilliseconds(
    `select min(${instant}) from ${fromSql} where ${condition}` +
      ` and ${name} <= (${first})::timestamp + interval '${largestClockChangeHours} hours'`,
  );
}

function inMilliseconds(scalarSql: string): string {
  return `select floor(extract(epoch from date_trunc('milliseconds', (${scalarSql}))) * 1000)::bigint as ms`;
}
