import { cutInterval } from "../../cut-interval.js";
import type { Interval } from "../../source.js";
import { conditionSql } from "./copy-statement.js";
import { explain, type PlanNode } from "./explain.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { type Relation, selectedSql } from "./relation.js";
import { exactSql } from "./timestamp-column.js";

/** Below it, what another connection costs is more than it saves: one sends this much in half a second. */
const parallelFromBytes = 64 * 1024 * 1024;
/** Rows so few are not worth asking the planner about. */
const parallelFromRecords = 10_000;
/** So large that asking the planner about each is nothing, so small that a connection that is wanted elsewhere is soon free. */
const pieceBytes = 128 * 1024 * 1024;
/** At least, so that none waits long for the last one where the rows lie unevenly in time. */
const piecesPerStream = 4;
const mostPieces = 64;
/** What all pieces together may cost of the whole, by the planner's figures: without an index each reads the whole table. */
const worthwhileCost = 1.25;

/**
 * In how many pieces an interval is read best, on several connections; 1 where one statement is best: of few rows, where the
 * pieces would read the same pages again and again, and of views and queries, whose rows need not be the same twice.
 */
export async function parallelPieces(
  { connection, relation }: Session,
  request: {
    readonly interval: Interval;
    readonly streams: number;
    /** Null: not known. */
    readonly expectedRecords: number | null;
  },
  signal: AbortSignal,
): Promise<number> {
  const { interval, streams, expectedRecords } = request;
  if (streams === 1 || !relation.storesRows) return 1;
  if ((expectedRecords ?? Infinity) < parallelFromRecords) return 1;
  const planOf = (of: Interval) => topNode(connection, relation, of, signal);
  const whole = await planOf(interval);
  const bytes = whole.planRows * whole.planWidth;
  if (bytes < parallelFromBytes) return 1;
  const bySize = Math.min(Math.ceil(bytes / pieceBytes), mostPieces);
  const count = Math.max(bySize, streams * piecesPerStream);
  const pieces = cutInterval(interval, count);
  let cost = 0;
  for (const piece of pieces) cost += (await planOf(piece)).totalCost;
  return cost <= whole.totalCost * worthwhileCost ? pieces.length : 1;
}

interface Session {
  readonly connection: PostgresConnection;
  readonly relation: Relation;
}

async function topNode(
  connection: PostgresConnection,
  relation: Relation,
  interval: Interval,
  signal: AbortSignal,
): Promise<PlanNode> {
  const condition = conditionSql(
    relation,
    exactSql(relation.timestamp, interval),
  );
  const [top] = await explain(
    connection,
    `select ${selectedSql(relation)} from ${relation.fromSql} where ${condition}`,
    signal,
  );
  if (top === undefined) throw new Error("Expected a plan, got none.");
  return top;
}
