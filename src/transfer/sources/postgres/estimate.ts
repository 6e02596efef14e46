import type { Interval } from "../../source.js";
import { conditionSql } from "./copy-statement.js";
import { explain } from "./explain.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";
import { coarseSql } from "./timestamp-column.js";

/** How many rows of the range the planner expects, from its statistics; null for a table it never analyzed. */
export async function estimateRecords(
  connection: PostgresConnection,
  relation: Relation,
  range: Interval,
  signal: AbortSignal,
): Promise<number | null> {
  if (!(await hasStatistics(connection, relation, signal))) return null;
  const condition = conditionSql(
    relation,
    coarseSql(relation.timestamp, range),
  );
  const [top] = await explain(
    connection,
    `select 1 from ${relation.fromSql} where ${condition}`,
    signal,
  );
  return top === undefined ? null : Math.round(top.planRows);
}

async function hasStatistics(
  connection: PostgresConnection,
  relation: Relation,
  signal: AbortSignal,
): Promise<boolean> {
  if (relation.tableOid === null) return true; // a query's tables are not known; the plan's figure stands
  const { rows } = await connection.query<{ known: boolean }>(
    {
      text: `
        select c.relkind in ('v', 'f') or c.reltuples >= 0 or exists (
          select from pg_catalog.pg_partition_tree(c.oid) part
          join pg_catalog.pg_class leaf on leaf.oid = part.relid
          where part.isleaf and leaf.reltuples >= 0
        ) as known
        from pg_catalog.pg_class c where c.oid = $1`,
      values: [relation.tableOid],
    },
    signal,
  );
  return rows[0]?.known === true;
}
