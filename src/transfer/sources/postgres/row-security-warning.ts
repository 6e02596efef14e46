import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";

/**
 * Says so when policies of the table may hide rows from the source's user, which no count could tell; else null. What hides
 * below views and queries is not looked for: it is their owners' doing.
 */
export async function rowSecurityWarning(
  connection: PostgresConnection,
  { tableOid, displayName }: Pick<Relation, "tableOid" | "displayName">,
  signal: AbortSignal,
): Promise<string | null> {
  if (tableOid === null) return null;
  const { rows } = await connection.query<{ active: boolean }>(
    {
      text: "select pg_catalog.row_security_active($1::oid) as active",
      values: [tableOid],
    },
    signal,
  );
  if (rows[0]?.active !== true) return null;
  return (
    `Row-level security of ${displayName} applies to the source's user: rows that its policies hide are neither counted nor exported. ` +
    "To export all rows, read it as a role with BYPASSRLS."
  );
}
