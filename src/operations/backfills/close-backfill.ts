import type { Pool } from "pg";
import type { Fence } from "../../contract/activities.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import {
  type ClosedBackfillStatus,
  statusFromLedger,
} from "../../domain/backfills/status.js";
import {
  type BackfillRow,
  findBackfill,
  type Tally,
} from "../../store/backfills/backfill-row.js";
import {
  closeBackfillRow,
  closeOpenRuns,
  lockOpenBackfill,
} from "../../store/backfills/backfill-state.js";
import { inTransaction } from "../../store/database/in-transaction.js";

/** With what a backfill closes, and what becomes of runs that are still open. */
export interface Closing {
  readonly status: ClosedBackfillStatus;
  readonly failure: ErrorObject | null;
}

/**
 * Closes a backfill in one transaction with the runs that are still open. Decides under the row's lock. Null, and
 * nothing written, when the backfill is already closed or belongs to another generation.
 */
export async function closeBackfill(
  pool: Pool,
  fence: Fence,
  decide: (row: BackfillRow) => Closing,
): Promise<Closing | null> {
  return inTransaction(pool, async (client) => {
    if (!(await lockOpenBackfill(client, fence))) return null;
    const row = await findBackfill(client, fence.backfillId);
    if (row === null) return null;
    const closing = decide(row);
    await closeOpenRuns(client, {
      backfillId: fence.backfillId,
      status: closing.status === "Cancelled" ? "Cancelled" : "Terminated",
    });
    await closeBackfillRow(client, { ...fence, ...closing });
    return closing;
  });
}

/** How a backfill closes whose runs are all closed. */
export function closingByRuns(tally: Tally): Closing {
  const { failed, failed_retryable, timed_out, cancelled } = tally;
  const status = statusFromLedger({
    failed,
    failedRetryable: failed_retryable,
    timedOut: timed_out,
    cancelled,
  });
  return { status, failure: null };
}

/** Runs that are not closed yet. */
export function openRunsOf(tally: Tally): number {
  return tally.starting + tally.running;
}
