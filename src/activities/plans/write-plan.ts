import { Context } from "@temporalio/activity";
import type { Fence, LedgerSummary } from "../../contract/activities.js";
import { isRefillError, RefillError } from "../../domain/errors.js";
import type { Selection } from "../../domain/plans/selection.js";
import { formatInstant } from "../../domain/time/instant.js";
import { findBackfill } from "../../store/backfills/backfill-row.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import {
  instantMs,
  instantMsOrNull,
} from "../../store/database/instant-text.js";
import { rangesOf } from "../../store/database/multirange.js";
import {
  beginPlanAttempt,
  completePlan,
  deleteUnplannedRuns,
  holdPlanAttempt,
  type PlanTask,
} from "../../store/plans/plan-ledger.js";
import { withoutSecrets } from "../../transfer/without-secrets.js";
import { fencedOff } from "../activity-failure.js";
import { ledgerSummaryOf } from "../backfills/ledger-summary.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";
import { LedgerWriter } from "./ledger-writer.js";
import { readPlan } from "./read-plan.js";

/**
 * Plans a backfill into the ledger. Nothing of a plan is visible before its last transaction; an attempt that dies
 * before that is replaced by the next, which begins anew.
 */
export function writePlan(
  dependencies: ActivityDependencies,
  fence: Fence,
): Promise<LedgerSummary> {
  return heartbeating(async () => {
    const { pool } = dependencies;
    const task = await beginPlanAttempt(pool, fence);
    if (task !== null) {
      await writeLedger(dependencies, fence, task).catch((error: unknown) =>
        rethrowWithoutSecrets(dependencies, task, error),
      );
    }
    const row = await findBackfill(pool, fence.backfillId);
    // Planned by an earlier attempt whose answer was lost, or by this one.
    if (row?.generation === fence.generation && row.planned_at !== null) {
      return ledgerSummaryOf(row);
    }
    throw fencedOff(fence);
  });
}

async function writeLedger(
  dependencies: ActivityDependencies,
  fence: Fence,
  task: PlanTask,
): Promise<void> {
  const { pool } = dependencies;
  const attempt = { ...fence, attempt: task.attempt };
  await inTransaction(pool, async (client) => {
    if (!(await holdPlanAttempt(client, attempt))) throw fencedOff(fence);
    await deleteUnplannedRuns(client, fence.backfillId);
  });
  const writer = new LedgerWriter({
    pool,
    attempt,
    batchExportId: task.batch_export_id,
  });
  const plan = await readPlan(
    dependencies,
    {
      definition: task.definition,
      batchExportId: task.batch_export_id,
      range: {
        startMs: instantMsOrNull(task.start_at),
        endMs: instantMs(task.range_end),
      },
      order: task.run_order,
      selection: selectionOf(task),
      overlap: task.overlap,
      within: task.within_ranges === null ? null : rangesOf(task.within_ranges),
      backfillId: fence.backfillId,
      onRun: (run) => writer.add(run),
    },
    Context.current().cancellationSignal,
  );
  await writer.flush();
  dependencies.tracing.note({
    "refill.plan.runs": plan.totalRuns,
    "refill.plan.expected_records": plan.expectedRecords,
  });
  if (task.approved_digest !== null && task.approved_digest !== plan.digest) {
    throw new RefillError(
      "PLAN_CHANGED",
      `Expected the approved plan ${task.approved_digest}; got ${plan.digest}, because the beginning of the data changed meanwhile. Look at refill backfill plan again.`,
    );
  }
  await inTransaction(pool, async (client) => {
    if (!(await holdPlanAttempt(client, attempt))) throw fencedOff(fence);
    await completePlan(client, {
      backfillId: fence.backfillId,
      digest: plan.digest,
      timeZoneVersion: plan.timeZoneVersion,
      adjustedStartAt:
        plan.adjustedStartMs === null
          ? null
          : formatInstant(plan.adjustedStartMs),
      totalRuns: plan.totalRuns,
      dataStartAt:
        plan.dataStartMs === null ? null : formatInstant(plan.dataStartMs),
      estimatedRecords:
        plan.expectedRecords === null ? null : BigInt(plan.expectedRecords),
      warnings: plan.warnings,
      sourceColumns: plan.sourceColumns,
    });
  });
}

function selectionOf({ selection, selected_ranges }: PlanTask): Selection {
  if (selection !== "ranges") return { kind: selection };
  const ranges = rangesOf(selected_ranges ?? []).map(({ startMs, endMs }) => ({
    startMs: startMs ?? endMs,
    endMs,
  }));
  return { kind: "ranges", ranges };
}

/** What is thrown ends up in Temporal's history. */
async function rethrowWithoutSecrets(
  { connections }: ActivityDependencies,
  { definition }: PlanTask,
  error: unknown,
): Promise<never> {
  if (!isRefillError(error)) throw error;
  const message = await withoutSecrets(error.message, definition, connections);
  throw new RefillError(error.code, message);
}
