import { RefillError } from "../../../domain/errors.js";
import { explain } from "./explain.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { type Relation, selectedSql } from "./relation.js";

/** The schema of Refill's own tables. */
const ownSchema = "refill";

/**
 * Refuses a source that reads Refill's own tables, also through views: it looks at what the plan of the source scans.
 * A function that reads them inside is not seen here; the rights of the database user decide about it.
 * @throws RefillError SOURCE_FORBIDDEN
 */
export async function forbidOwnSchema(
  session: {
    readonly connection: PostgresConnection;
    readonly isDefaultConnection: boolean;
  },
  relation: Pick<Relation, "columns" | "fromSql" | "whereSql" | "displayName">,
  signal: AbortSignal,
): Promise<void> {
  const { connection } = session;
  const isOwn =
    session.isDefaultConnection || (await holdsLedger(connection, signal));
  if (!isOwn) return;
  const where = relation.whereSql === null ? "" : ` where ${relation.whereSql}`;
  const nodes = await explain(
    connection,
    `select ${selectedSql(relation)} from ${relation.fromSql}${where}`,
    signal,
  );
  if (!nodes.some((node) => node.schema === ownSchema)) return;
  throw new RefillError(
    "SOURCE_FORBIDDEN",
    `Expected a source outside the schema ${ownSchema}, which holds Refill's own tables, got ${relation.displayName}. Name another table or query.`,
  );
}

async function holdsLedger(
  connection: PostgresConnection,
  signal: AbortSignal,
): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    {
      text: `
        select count(*) = 3 as found
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname in ('backfill', 'run', 'interval_claim')`,
      values: [ownSchema],
    },
    signal,
  );
  return rows[0]?.found === true;
}
