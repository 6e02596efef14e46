import { randomUUID } from "node:crypto";
import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import { type Verdict, verdictOn } from "../../domain/backfills/outcome.js";
import { type BackfillStatus, isOpen } from "../../domain/backfills/status.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import {
  isPastTimeLimit,
  takeReconcileTurn,
} from "../../store/backfills/backfill-state.js";
import type { TemporalGateway } from "../../temporal/gateway.js";
import type { OperationContext } from "../context.js";
import {
  closeBackfill,
  type Closing,
  closingByRuns,
  openRunsOf,
} from "./close-backfill.js";
import { deliverControl } from "./deliver-control.js";
import { foreignCluster } from "./foreign-cluster.js";
import { startWorkflow, waitsForItsTurn } from "./start-workflow.js";
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
    if (await isOverdue(context, row)) return timeOut(context, gateway, row);
    await deliverControl(context.pool, gateway, row, randomUUID());
    const stuck = answer?.taskFailure ?? null;
    return { ...untouched, problem: stuck && stuckProblem(row, stuck) };
  }
  const closing = await closeBackfill(
    context.pool,
    { backfillId: row.id, generation: row.generation },
    (current) => closingOf(verdict, current),
  );
  if (closing !== null) await wakeQueued(context, row.id);
  return { ...untouched, closed: closing?.status ?? null };
}

/** Temporal itself holds to their limits those that did not have to wait for their turn. */
async function isOverdue(
  { pool }: Pick<OperationContext, "pool">,
  row: BackfillRow,
): Promise<boolean> {
  if (row.time_limit_ms === null || !waitsForItsTurn(row)) return false;
  return isPastTimeLimit(pool, row.id);
}

/** The row first: were this process to die in between, the workflow would be fenced off, and not seem ended by someone. */
async function timeOut(
  context: Pick<OperationContext, "pool" | "temporal">,
  gateway: TemporalGateway,
  { id: backfillId, generation }: BackfillRow,
): Promise<Reconciliation> {
  const closing = await closeBackfill(
    context.pool,
    { backfillId, generation },
    () => ({ status: "TimedOut", failure: null }),
  );
  await gateway.terminate(
    backfillWorkflowId(backfillId, generation),
    "its time limit has passed",
  );
  if (closing !== null) await wakeQueued(context, backfillId);
  return { ...untouched, closed: closing?.status ?? null };
}

/** It stays Running: nothing is lost, and it goes on as soon as a worker's code agrees with its history. */
function stuckProblem({ id }: BackfillRow, taskFailure: string): string {
  return `Backfill ${id} begins nothing more: the workers' code can't take its next step (${oneLine(taskFailure)}). Run workers of the version that it was going on with, and no others; docs/operating.md tells how to find it.`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
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
