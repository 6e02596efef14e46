import { RefillError } from "../../domain/errors.js";
import {
  type BackfillRow,
  findBackfill,
} from "../../store/backfills/backfill-row.js";
import type { Queryable } from "../../store/database/queryable.js";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws RefillError BACKFILL_NOT_FOUND */
export async function findOrFail(
  db: Queryable,
  id: string,
): Promise<BackfillRow> {
  const row = uuid.test(id) ? await findBackfill(db, id.toLowerCase()) : null;
  if (row !== null) return row;
  throw new RefillError(
    "BACKFILL_NOT_FOUND",
    `Expected the id of a backfill; got ${id}, which names none. See refill backfill list.`,
    { details: { backfill: id } },
  );
}
