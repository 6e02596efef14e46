import type { Interval } from "../../source.js";
import { conditionSql } from "./copy-statement.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";
import { exactSql } from "./timestamp-column.js";

/** The records of an interval, counted by the server under the very condition that an export of it has. */
export async function countRecords(
  session: {
    readonly connection: PostgresConnection;
    readonly relation: Relation;
  },
  interval: Interval,
  signal: AbortSignal,
): Promise<number> {
  const { connection, relation } = session;
  const condition = conditionSql(
    relation,
    exactSql(relation.timestamp, interval),
  );
  const { rows } = await connection.query<{ records: string }>(
    {
      text: `select count(*) as records from ${relation.fromSql} where ${condition}`,
    },
    signal,
  );
  return Number(rows[0]?.records);
}
