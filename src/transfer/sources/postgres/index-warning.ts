import { explain, type PlanNode } from "./explain.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { type Relation, selectedSql } from "./relation.js";
import { coarseSql } from "./timestamp-column.js";

/** So wide that no partition is left out, and recognised in plans by its milliseconds, which every zone keeps. */
const probeRange = {
  startMs: Date.parse("0002-01-01T00:00:00.789Z"),
  endMs: Date.parse("9998-01-01T00:00:00.789Z"),
};

/** Says so when no index leads with the timestamp column, so that each run would read everything; else null. */
export async function indexWarning(
  connection: PostgresConnection,
  relation: Relation,
  signal: AbortSignal,
): Promise<string | null> {
  const nodes = await explainWithIndexes(
    connection,
    `select ${selectedSql(relation)} from ${relation.fromSql} where ${coarseSql(relation.timestamp, probeRange)}`,
    signal,
  );
  const used = nodes.filter((node) => node.indexCondition?.includes(".789"));
  if (await oneLeadsWithIt(connection, used, signal)) return null;
  return (
    `No index on ${relation.timestamp.name} of ${relation.displayName}: every run reads the whole of it. ` +
    "Create one that begins with this column."
  );
}

/** The plan that uses an index wherever one could serve, however small the table is now. */
async function explainWithIndexes(
  connection: PostgresConnection,
  statement: string,
  signal: AbortSignal,
): Promise<readonly PlanNode[]> {
  const transaction = await connection.begin(signal);
  try {
    await connection.query({ text: "set local enable_seqscan = off" }, signal);
    return await explain(connection, statement, signal);
  } finally {
    await transaction.rollback();
  }
}

/** Whether the column that an index begins with is what its condition compares: later columns narrow little. */
async function oneLeadsWithIt(
  connection: PostgresConnection,
  nodes: readonly PlanNode[],
  signal: AbortSignal,
): Promise<boolean> {
  if (nodes.length === 0) return false;
  const { rows } = await connection.query<{ name: string; leading: string }>(
    {
      text: `
        select c.relname as name, pg_catalog.pg_get_indexdef(i.indexrelid, 1, true) as leading
        from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
        where c.relname = any($1)`,
      values: [nodes.map((node) => node.indexName)],
    },
    signal,
  );
  return nodes.some((node) =>
    rows.some(
      ({ name, leading }) =>
        name === node.indexName &&
        [`(${leading} >= '`, `.${leading} >= '`].some((comparison) =>
          node.indexCondition?.includes(comparison),
        ),
    ),
  );
}
