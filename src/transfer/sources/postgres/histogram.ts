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

/** Boundaries that one statement carries: more would cost the server more to read than to count by. */
const mostBoundaries = 50_000;
const fetchRows = 10_000;

/** Counts in one snapshot; falls back on the planner's estimate when the time limit strikes. */
export async function readHistogram(
  session: Session,
  request: HistogramRequest,
  signal: AbortSignal,
): Promise<Histogram> {
  const isWhole =
    request.fixedLengthMs !== null || request.intervals < mostBoundaries;
  try {
    return isWhole
      ? await countAtOnce(session, request, signal)
      : await countByParts(session, request, signal);
  } catch (error) {
    if (!isRefillError(error) || error.code !== "SOURCE_TIMEOUT") throw error;
    return estimate(session, request.range, signal);
  }
}

/** One query. All is counted when its first rows come, because they come sorted. */
async function countAtOnce(
  session: Session,
  request: HistogramRequest,
  signal: AbortSignal,
): Promise<Histogram> {
  const query = countSql(session.relation, request);
  const counts = inSnapshot(session, signal, async function* () {
    yield* fetchAll(session, query, request.limitMs, signal);
  });
  const first = await counts.next();
  return { kind: "exact", counts: resume(first, counts) };
}

/**
 * One query after the other, each for as many boundaries as one can carry: centuries of days with a few records in
 * them. Only when the last one is through is it known that the time was enough, so the counts are kept: two numbers for
 * each interval that is not empty.
 */
async function countByParts(
  session: Session,
  request: HistogramRequest,
  signal: AbortSignal,
): Promise<Histogram> {
  const indexes: number[] = [];
  const records: number[] = [];
  const untilMs = Date.now() + request.limitMs;
  const counts = inSnapshot(session, signal, async function* () {
    for (const part of partsOf(request.boundaries())) {
      const range = { startMs: part[0] ?? 0, endMs: part.at(-1) ?? 0 };
      const query = countSql(session.relation, {
        ...request,
        range,
        boundaries: () => part,
      });
      yield* fetchAll(session, query, untilMs - Date.now(), signal);
      yield "next part" as const;
    }
  });
  let offset = 0;
  for await (const entries of counts) {
    if (entries === "next part") {
      offset += mostBoundaries - 1;
      continue;
    }
    for (const entry of entries) {
      indexes.push(offset + entry.index);
      records.push(entry.records);
    }
  }
  return { kind: "exact", counts: entriesOf(indexes, records) };
}

/** Consecutive pieces of the boundaries: each begins with the boundary that the one before ends with. */
function* partsOf(boundaries: Iterable<number>): Generator<readonly number[]> {
  let part: number[] = [];
  for (const boundary of boundaries) {
    part.push(boundary);
    if (part.length === mostBoundaries) {
      yield part;
      part = [boundary];
    }
  }
  if (part.length > 1) yield part;
}

// eslint-disable-next-line @typescript-eslint/require-await -- it never waits
async function* entriesOf(
  indexes: readonly number[],
  records: readonly number[],
): AsyncGenerator<HistogramEntry> {
  for (const [at, index] of indexes.entries()) {
    yield { index, records: records[at] ?? 0 };
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

/** Runs work in a read-only transaction of one snapshot, and ends it however the work ends. */
async function* inSnapshot<T>(
  { connection }: Session,
  signal: AbortSignal,
  work: () => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const transaction = await connection.begin(signal);
  try {
    yield* work();
  } finally {
    await transaction.rollback();
  }
}

/** The rows of a query by a cursor, within what is left of the time. @throws RefillError SOURCE_TIMEOUT */
async function* fetchAll(
  { connection }: Session,
  query: string,
  limitMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly HistogramEntry[]> {
  const run = (text: string) => connection.query<CountRow>({ text }, signal);
  await run(`set local statement_timeout = ${Math.max(1, Math.ceil(limitMs))}`);
  await run(`declare refill_histogram no scroll cursor for ${query}`);
  for (;;) {
    const { rows } = await run(`fetch ${fetchRows} from refill_histogram`);
    yield rows.map(({ index, records }) => ({
      index: Number(index),
      records: Number(records),
    }));
    if (rows.length < fetchRows) break;
  }
  await run("close refill_histogram");
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
