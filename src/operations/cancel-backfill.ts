import { randomUUID } from "node:crypto";
import type { BackfillObject } from "../contract/backfill.js";
import { backfillWorkflowId } from "../contract/backfill-workflow.js";
import { RefillError } from "../domain/errors.js";
import { isOpen } from "../domain/status.js";
import type { BackfillRow } from "../store/backfill-row.js";
import { insertCommand, requestCancel } from "../store/commands.js";
import { inTransaction } from "../store/in-transaction.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../temporal/classify-error.js";
import { backfillObjectOf } from "./backfill-object.js";
import type { OperationContext } from "./context.js";
import { findOrFail } from "./find-backfill.js";
import { readReconciled } from "./read-backfill.js";

export interface Cancellation {
  readonly backfill: BackfillObject;
  /** Whether a worker has taken it up. If not, it takes effect when one is up. */
  readonly acknowledged: boolean;
  readonly warning: string | null;
}

/**
 * Writes the intent to cancel, which stops any further run from beginning, then asks Temporal to cancel the workflow.
 * That request is durable: with no worker up it waits for one.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function cancelBackfill(
  context: OperationContext,
  { id, reason }: { readonly id: string; readonly reason: string | null },
): Promise<Cancellation> {
  const { row } = await readReconciled(context, id);
  if (!isOpen(row.status) || !(await recordIntent(context, row, reason))) {
    throw closedAlready(await findOrFail(context.pool, id));
  }
  const delivery = await deliver(context, row);
  return {
    ...delivery,
    backfill: backfillObjectOf(await findOrFail(context.pool, id)),
  };
}

async function recordIntent(
  { pool, requestedBy }: OperationContext,
  row: BackfillRow,
  reason: string | null,
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const isWritten = await requestCancel(client, row.id);
    if (isWritten) {
      await insertCommand(client, {
        id: randomUUID(),
        backfillId: row.id,
        kind: "cancel",
        arguments: {},
        reason,
        requestedBy,
      });
    }
    return isWritten;
  });
}

async function deliver(
  context: OperationContext,
  row: BackfillRow,
): Promise<Pick<Cancellation, "acknowledged" | "warning">> {
  try {
    const gateway = await context.temporal();
    const workflowId = backfillWorkflowId(row.id, row.generation);
    await gateway.cancel(workflowId);
    const acknowledged = await gateway.acknowledge(workflowId);
    return {
      acknowledged,
      warning: acknowledged
        ? null
        : "No worker answered within 2 s. The cancellation is recorded and takes effect when a worker is up.",
    };
  } catch (error) {
    if (!isTemporalUnavailable(error)) throw error;
    return {
      acknowledged: false,
      warning: `Temporal is away (${describeCause(error)}). The cancellation is recorded: no further run begins, and it takes full effect when Temporal and a worker are up.`,
    };
  }
}

function closedAlready(row: BackfillRow): RefillError {
  return new RefillError(
    "BACKFILL_CLOSED",
    `Expected an open backfill; got ${row.id}, which is ${row.status}. There is nothing to cancel.`,
    { details: { backfill: row.id, status: row.status } },
  );
}
