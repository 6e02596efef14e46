import { isRefillError } from "../../../domain/errors.js";
import type { Histogram, HistogramEntry, Interval } from "../../source.js";
import { conditionSql } from "./copy-statement.js";
import { estimateRecords } from "./estimate.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { timestampLiteral, timestampText } from "./quote.js";
import type { Relation } from "./relation.js";
import { exactSql, instantSql } from "./timestamp-column.js";

export interface HistogramRequest {
  readonly boundaries: () => Iterable<number>;
  readonly intervals: number;
  readonly range: Interval;
  readonly fixedLengthMs: number | null;
  readonly limitMs: number;
}

interface Session {
  readonly connection: PostgresConnection;
  readonly relation: Relation;
}

/** Boundaries that fit in one statement. Days of 547 years: beyond it the total is estimated. */
const mostBoundaries = 200_000;
const fetchRows = 10_000;

/** Counts in one query and one snapshot; falls back on the planner's estimate when the time limit strikes. */
export async function readHistogram(
  session: Session,
  request: HistogramRequest,
  signal: AbortSignal,
): Promise<Histogram> {
  if (request.fixedLengthMs === null && request.intervals >= mostBoundaries) {
    return estimate(session, request.range, signal);
  }
  const counts = count(session, request, signal);
  try {
    const first = await counts.next();
    return { kind: "exact", counts: resume(first, counts) };
  } catch (error) {
    if (!isRefillError(error) || error.code !== "SOURCE_TIMEOUT") throw error;
    return estimate(session, request.range, signal);
  }
}

async function estimate(
  session: Session,
  range: Interval,
  signal: AbortSignal,
): Promise<Histogram> {
  const { connection, relation } = session;
  const totalRecords = await estimateRecords(
    connection,
    relation,
    range,
    signal,
  );
  return { kind: "estimate", totalRecords };
}

/** The counting is done when the first rows come: sorting needs them all. */
async function* count(
  session: Session,
  request: HistogramRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly HistogramEntry[]> {
  const { connection } = session;
  const transaction = await connection.begin(signal);
  try {
    const limit = `set local statement_timeout = ${Math.max(1, Math.ceil(request.limitMs))}`;
    await connection.query({ text: limit }, signal);
    await connection.query(
      {
        text: `declare refill_histogram no scroll cursor for ${countSql(session.relation, request)}`,
      },
      signal,
    );
    for (;;) {
      const { rows } = await connection.query<CountRow>(
        { text: `fetch ${fetchRows} from refill_histogram` },
        signal,
      );
      yield rows.map(({ index, records }) => ({
        index: Number(index),
        records: Number(records),
      }));
      if (rows.length < fetchRows) return;
    }
  } finally {
    await transaction.rollback();
  }
}

interface CountRow {
  readonly index: string;
  readonly records: string;
}

async function* resume(
  first: IteratorResult<readonly HistogramEntry[]>,
  rest: AsyncGenerator<readonly HistogramEntry[]>,
): AsyncGenerator<HistogramEntry> {
  try {
    if (first.done !== true) yield* first.value;
    for await (const entries of rest) yield* entries;
  } finally {
    await rest.return(undefined);
  }
}

function countSql(relation: Relation, request: HistogramRequest): string {
  const condition = conditionSql(
    relation,
    exactSql(relation.timestamp, request.range),
  );
  const instant = instantSql(relation.timestamp);
  const { fixedLengthMs } = request;
  return fixedLengthMs === null
    ? calendarSql(relation, condition, instant, request.boundaries())
    : fixedSql(
        relation,
        condition,
        instant,
        request.range.startMs,
        fixedLengthMs,
      );
}

/** date_bin counts in whole microseconds: exact, and cheaper than dividing numerics. */
function fixedSql(
  relation: Relation,
  condition: string,
  instant: string,
  startMs: number,
  lengthMs: number,
): string {
  const start = timestampLiteral(startMs);
  return `
    select (extract(epoch from bin - ${start}) * 1000 / ${lengthMs})::bigint as index, records
    from (
      select date_bin(interval '${lengthMs} milliseconds', ${instant}, ${start}) as bin, count(*) as records
      from ${relation.fromSql} where ${condition} group by 1
    ) as counted order by 1`;
}

function calendarSql(
  relation: Relation,
  condition: string,
  instant: string,
  boundaries: Iterable<number>,
): string {
  const array = Array.from(boundaries, (ms) => `"${timestampText(ms)}"`).join();
  return `
    select width_bucket(${instant}, '{${array}}'::timestamptz[]) - 1 as index, count(*) as records
    from ${relation.fromSql} where ${condition} group by 1 order by 1`;
}
