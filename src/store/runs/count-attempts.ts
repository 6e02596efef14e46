import type { Queryable } from "../database/queryable.js";
import { readRow } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

/** How many attempts at a run ended with one of these errors, in all generations. */
export async function countAttemptsEnded(
  db: Queryable,
  {
    runId,
    codes,
  }: { readonly runId: string; readonly codes: readonly string[] },
): Promise<number> {
  const row = await readRow(
    db,
    sql<{ count: number }>`
      select count(*)::integer as count from refill.run_attempt
      where run_id = ${runId} and error ->> 'code' = any(${codes})`,
  );
  return row?.count ?? 0;
}
