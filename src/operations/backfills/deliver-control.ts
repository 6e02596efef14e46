import type { Pool } from "pg";
import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import {
  type BackfillRow,
  controlOf,
} from "../../store/backfills/backfill-row.js";
import { markDelivered } from "../../store/backfills/control.js";
import type { TemporalGateway } from "../../temporal/gateway.js";

/**
 * Gives Temporal, durably, what the ledger asks of a backfill and Temporal may not know yet. For intents whose sender
 * died, or found Temporal away. Doing it again changes nothing.
 */
export async function deliverControl(
  pool: Pool,
  gateway: TemporalGateway,
  row: BackfillRow,
  commandId: string,
): Promise<void> {
  const workflowId = backfillWorkflowId(row.id, row.generation);
  const control = controlOf(row);
  if (control.cancel === "stop") await gateway.cancel(workflowId);
  if (control.cancel === "abort") {
    await gateway.terminate(workflowId, "aborted on request");
  } else if (control.version > row.control_delivered) {
    await gateway.leave(workflowId, { commandId, control });
  } else return;
  await markDelivered(pool, {
    backfillId: row.id,
    generation: row.generation,
    version: control.version,
  });
}
