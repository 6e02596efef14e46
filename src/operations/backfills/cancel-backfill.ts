import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import type { CancelMode } from "../../domain/backfills/cancel-mode.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { writeCancel } from "../../store/backfills/control.js";
import type { TemporalGateway } from "../../temporal/gateway.js";
import type { OperationContext } from "../context.js";
import { closeBackfill } from "./close-backfill.js";
import { commandBackfill, type CommandOutcome } from "./command-backfill.js";

/**
 * Ends a backfill. Whatever the mode, no further run begins from the moment that the intent is written. Temporal's own
 * request to cancel is durable: with no worker up it waits for one. An abort needs none.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function cancelBackfill(
  context: OperationContext,
  {
    id,
    reason,
    mode = "stop",
  }: {
    readonly id: string;
    readonly reason: string | null;
    readonly mode?: CancelMode;
  },
): Promise<CommandOutcome> {
  return commandBackfill(context, {
    id,
    kind: "cancel",
    arguments: { mode },
    reason,
    noun: mode === "abort" ? "abort" : "cancellation",
    write: (db, backfillId) => writeCancel(db, { backfillId, mode }),
    request: async (gateway, row) => {
      if (row.cancel_mode === "abort") {
        await abort(context, gateway, { row, reason });
      } else if (row.cancel_mode === "stop") {
        await gateway.cancel(backfillWorkflowId(row.id, row.generation));
      }
    },
  });
}

/** No workflow code runs after a termination, so what it would have written is written here. */
async function abort(
  { pool }: OperationContext,
  gateway: TemporalGateway,
  {
    row,
    reason,
  }: { readonly row: BackfillRow; readonly reason: string | null },
): Promise<void> {
  const workflowId = backfillWorkflowId(row.id, row.generation);
  if (!(await gateway.terminate(workflowId, reason ?? "aborted on request"))) {
    // It has just ended by itself, which the next look at it settles.
    return;
  }
  await closeBackfill(
    pool,
    { backfillId: row.id, generation: row.generation },
    () => ({ status: "Terminated", failure: null }),
  );
}
