import type { Queryable } from "../database/queryable.js";

/** Adds a warning to those of a backfill, unless it has it already. */
export async function addWarning(
  db: Queryable,
  {
    backfillId,
    warning,
  }: { readonly backfillId: string; readonly warning: string },
): Promise<void> {
  await db.query(
    `update refill.backfill set warnings = warnings || jsonb_build_array($2::text), last_updated_at = now()
     where id = $1 and not warnings @> jsonb_build_array($2::text)`,
    [backfillId, warning],
  );
}
