import type { BackfillsAhead, Fence } from "../../contract/activities.js";
import { isOpen } from "../../domain/backfills/status.js";
import { controlOf, findBackfill } from "../../store/backfills/backfill-row.js";
import { listBefore } from "../../store/backfills/start-backfill.js";
import { fencedOff } from "../activity-failure.js";
import type { ActivityDependencies } from "../dependencies.js";

/** Which backfills a queued one still waits for. */
export async function backfillsAhead(
  { pool }: ActivityDependencies,
  fence: Fence,
): Promise<BackfillsAhead> {
  const row = await findBackfill(pool, fence.backfillId);
  if (row?.generation !== fence.generation || !isOpen(row.status)) {
    throw fencedOff(fence);
  }
  return {
    waitsFor: await listBefore(pool, fence.backfillId),
    control: controlOf(row),
  };
}
