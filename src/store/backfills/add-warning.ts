import type { Queryable } from "../database/queryable.js";
import { execute } from "../database/run-statement.js";
import { parameter, sql } from "../database/sql.js";

/** Adds a warning to those of a backfill, unless it has it already. */
export async function addWarning(
  db: Queryable,
  {
    backfillId,
    warning,
  }: { readonly backfillId: string; readonly warning: string },
): Promise<void> {
  const added = sql`jsonb_build_array(${parameter(warning)}::text)`;
  await execute(
    db,
    sql`
      update refill.backfill set warnings = warnings || ${added}, last_updated_at = now()
      where id = ${backfillId} and not warnings @> ${added}`,
  );
}
