import { randomUUID } from "node:crypto";
import { backfillWorkflowId } from "../contract/backfill-workflow.js";
import { type Verdict, verdictOn } from "../domain/outcome.js";
import { type BackfillStatus, isOpen } from "../domain/status.js";
import type { BackfillRow } from "../store/backfill-row.js";
import { takeReconcileTurn } from "../store/backfill-state.js";
import {
  type Closing,
  closeBackfill,
  closingByRuns,
  openRunsOf,
} from "./close-backfill.js";
import type { OperationContext } from "./context.js";
import { deliverControl } from "./deliver-control.js";
import { foreignCluster } from "./foreign-cluster.js";
import { startWorkflow } from "./start-workflow.js";
import { wakeQueued } from "./wake-queued.js";

/** What a look at Temporal did to a backfill. */
export interface Reconciliation {
  readonly closed: BackfillStatus | null;
  readonly started: boolean;
  /** Why nothing could be said; null where something could. */
  readonly problem: string | null;
}

const untouched: Reconciliation = {
  closed: null,
  started: false,
  problem: null,
};

/** Temporal had the workflow and no longer knows it. */
const lost = { kind: "lost" } as const;

/**
 * Compares an open backfill with its workflow and writes what the workflow could not. Asks Temporal at most once a
 * second for each backfill, and never closes one whose workflow is at work.
 * @throws RefillError TEMPORAL_UNAVAILABLE, INTERNAL on an answer that Refill does not know
 */
export async function reconcileBackfill(
  context: Pick<OperationContext, "pool" | "temporal">,
  row: BackfillRow,
): Promise<Reconciliation> {
  if (!isOpen(row.status)) return untouched;
  const gateway = await context.temporal();
  const problem = foreignCluster(gateway, row);
  if (problem !== null) return { ...untouched, problem };
  if (!(await takeReconcileTurn(context.pool, row.id))) return untouched;
  const workflowId = backfillWorkflowId(row.id, row.generation);
  const answer = await gateway.describe(workflowId);
  if (answer === null && row.start_confirmed_at === null) {
    await startWorkflow(context, row);
    return { ...untouched, started: true };
  }
  const verdict = answer === null ? lost : verdictOn(answer.status);
  if (verdict.kind === "leave") {
    await deliverControl(context.pool, gateway, row, randomUUID());
    return untouched;
  }
  const closing = await closeBackfill(
    context.pool,
    { backfillId: row.id, generation: row.generation },
    (current) => closingOf(verdict, current),
  );
  if (closing !== null) await wakeQueued(context, row.id);
  return { ...untouched, closed: closing?.status ?? null };
}

function closingOf(
  verdict: Exclude<Verdict, { kind: "leave" }> | typeof lost,
  row: BackfillRow,
): Closing {
  switch (verdict.kind) {
    case "lost":
      return {
        status: "Failed",
        failure: {
          code: "WORKFLOW_LOST",
          message:
            "Temporal no longer knows the workflow of this backfill, though it had been started: its history was deleted. Start a backfill of what is missing.",
          retryable: false,
        },
      };
    case "close":
      return { status: verdict.status, failure: null };
    case "close-by-ledger":
      return closingByLedger(row);
  }
}

/** The workflow ended by itself, so the ledger should be closed but for the last write. */
function closingByLedger(row: BackfillRow): Closing {
  const open = openRunsOf(row.tally);
  if (row.total_runs !== null && open === 0) {
    return closingByRuns(row.tally);
  }
  return {
    status: "Failed",
    failure: {
      code: "LEDGER_DOES_NOT_ADD_UP",
      message:
        row.total_runs === null
          ? "The workflow ended before there was a plan"
          : `The workflow ended with ${String(open)} of ${String(row.total_runs)} runs open`,
      retryable: false,
    },
  };
}
