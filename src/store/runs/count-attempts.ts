import type { Queryable } from "../database/queryable.js";

/** How many attempts at a run ended with one of these errors, in all generations. */
export async function countAttemptsEnded(
  db: Queryable,
  {
    runId,
    codes,
  }: { readonly runId: string; readonly codes: readonly string[] },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::integer as count from refill.run_attempt where run_id = $1 and error ->> 'code' = any($2)`,
    [runId, codes],
  );
  return rows[0]?.count ?? 0;
}
