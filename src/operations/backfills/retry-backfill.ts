import { randomUUID } from "node:crypto";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import { isOpen } from "../../domain/backfills/status.js";
import { RefillError } from "../../domain/errors.js";
import { insertCommand } from "../../store/backfills/backfill-commands.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import {
  countRunsToReopen,
  reopenBackfill,
  reopenNextRuns,
} from "../../store/backfills/reopen-backfill.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { rangesOf } from "../../store/database/multirange.js";
import type { OperationContext } from "../context.js";
import { admitBackfill } from "./admit-backfill.js";
import { backfillObjectOf } from "./backfill-object.js";
import { findOrFail } from "./find-backfill.js";
import { readReconciled } from "./read-backfill.js";
import { startWorkflow } from "./start-workflow.js";

/**
 * Opens a closed backfill again, as its next generation, for the runs that are not completed: from its stored plan and
 * its pinned definition, whatever was edited since. One that was never planned is planned now.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_OPEN, NOTHING_TO_RETRY, RANGE_OVERLAPS, TOO_MANY_BACKFILLS,
 *   TEMPORAL_UNAVAILABLE
 */
export async function retryBackfill(
  context: OperationContext,
  { id, reason }: { readonly id: string; readonly reason: string | null },
): Promise<BackfillObject> {
  await context.temporal();
  const { row } = await readReconciled(context, id);
  refuseOpen(row);
  if (row.status === "Completed") throw nothingToRetry(row);
  await reopen(context, row, reason);
  // From here on it starts even if this process dies: reconciling finds a generation that was never started.
  await startWorkflow(context, await findOrFail(context.pool, row.id));
  return backfillObjectOf(await findOrFail(context.pool, row.id));
}

async function reopen(
  context: OperationContext,
  row: BackfillRow,
  reason: string | null,
): Promise<void> {
  const { pool, requestedBy } = context;
  const { namespace, clusterId } = await context.temporal();
  const isReopened = await inTransaction(pool, async (client) => {
    await admitBackfill(context, client, {
      team: row.team,
      batchExportId: row.batch_export_id,
      reach: rangesOf(row.reach),
      overlap: "refuse",
    });
    const isFirst = await reopenBackfill(client, {
      backfillId: row.id,
      generation: row.generation,
      temporalNamespace: namespace,
      temporalClusterId: clusterId,
    });
    if (!isFirst) return false;
    const runs = await countRunsToReopen(client, row.id);
    // The first of them now; the workflow opens the others before it begins.
    await reopenNextRuns(client, {
      backfillId: row.id,
      generation: row.generation + 1,
    });
    await insertCommand(client, {
      id: randomUUID(),
      backfillId: row.id,
      kind: "retry",
      arguments: { runs },
      reason,
      requestedBy,
    });
    return true;
  });
  // Another retry was first: what it opened is what there is to say.
  if (!isReopened) refuseOpen(await findOrFail(pool, row.id));
}

function refuseOpen(row: BackfillRow): void {
  if (!isOpen(row.status)) return;
  throw new RefillError(
    "BACKFILL_OPEN",
    `Expected a closed backfill; got ${row.id}, which is ${row.status}. Wait for its end, or cancel it first.`,
    { details: { backfill: row.id, status: row.status } },
  );
}

function nothingToRetry(row: BackfillRow): RefillError {
  return new RefillError(
    "NOTHING_TO_RETRY",
    `Expected a backfill with runs that are not completed; got ${row.id}, which is Completed: all its ${String(row.total_runs)} runs are.`,
    { details: { backfill: row.id, status: row.status } },
  );
}
