import type { RunObject } from "../../contract/objects/run.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import { listRunRows } from "../../store/runs/run-rows.js";
import { findOrFail } from "../backfills/find-backfill.js";
import type { OperationContext } from "../context.js";
import { runObjectOf } from "./run-object.js";

/** One page of the database: enough to be fast, little enough to hold. */
const PAGE_RUNS = 1_000;

export interface RunListing {
  readonly id: string;
  readonly status: RunStatus | null;
  /** Null: all. */
  readonly limit: number | null;
  /** Only runs with a higher ordinal; null: from the first. */
  readonly after: number | null;
}

/**
 * The runs of a backfill in the order of export, read page by page.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function* listRuns(
  { pool }: OperationContext,
  listing: RunListing,
): AsyncGenerator<RunObject> {
  const { id: backfillId } = await findOrFail(pool, listing.id);
  let after = listing.after ?? -1;
  let left = listing.limit ?? Infinity;
  while (left > 0) {
    const limit = Math.min(PAGE_RUNS, left);
    const rows = await listRunRows(pool, {
      backfillId,
      status: listing.status,
      after,
      limit,
    });
    yield* rows.map(runObjectOf);
    if (rows.length < limit) return;
    left -= rows.length;
    after = rows.at(-1)?.ordinal ?? after;
  }
}
