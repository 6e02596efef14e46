import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import type {
  BackfillDescription,
  FailureGroupObject,
  RateObject,
  RunCountsObject,
} from "../../contract/objects/backfill-description.js";
import { isOpen } from "../../domain/backfills/status.js";
import { throughputOf } from "../../domain/backfills/throughput.js";
import { listCommands } from "../../store/backfills/backfill-commands.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { listBefore } from "../../store/backfills/start-backfill.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import { findExportVersion } from "../../store/exports/export-rows.js";
import { groupFailures, measureRecentWork } from "../../store/runs/run-rows.js";
import type { OperationContext } from "../context.js";
import { backfillObjectOf } from "./backfill-object.js";
import { openRunsOf } from "./close-backfill.js";
import { readReconciled } from "./read-backfill.js";

/**
 * Everything there is to know about one backfill.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function describeBackfill(
  context: OperationContext,
  { id }: { readonly id: string },
): Promise<{
  readonly description: BackfillDescription;
  readonly warning: string | null;
}> {
  const { row, warning } = await readReconciled(context, id);
  const { pool } = context;
  const [failures, commands, recent, waitsFor, exportVersion] =
    await Promise.all([
      groupFailures(pool, row.id),
      listCommands(pool, row.id),
      isOpen(row.status) ? measureRecentWork(pool, row.id) : null,
      isQueued(row) ? listBefore(pool, row.id) : [],
      findExportVersion(pool, row.batch_export_id),
    ]);
  const description: BackfillDescription = {
    ...backfillObjectOf(row),
    generation: row.generation,
    order: row.run_order,
    overlap: row.overlap,
    waits_for: waitsFor,
    concurrency: row.pause_cause === "concurrency" ? 0 : row.concurrency,
    stop_after: row.stop_after,
    paused: row.paused_at !== null,
    paused_at: rfc3339OrNull(row.paused_at),
    paused_by: row.pause_cause,
    paused_reason: row.paused_reason,
    note: row.note,
    requested_by: row.requested_by,
    definition_version: row.definition_version,
    repinned_from: row.repinned_from,
    export_definition_version: exportVersion,
    plan_digest: row.plan_digest,
    warnings: row.warnings,
    runs: runCountsOf(row),
    records_completed: row.tally.records,
    bytes_exported: row.tally.bytes,
    rate: recent === null ? null : rateOf(row, recent),
    error: row.failure,
    failures: failures.map(timesOf),
    commands: commands.map((command) => ({
      ...command,
      requested_at: rfc3339(command.requested_at),
    })),
    cancel_requested_at: rfc3339OrNull(row.cancel_requested_at),
    cancel_mode: row.cancel_mode,
    temporal: {
      namespace: row.temporal_namespace,
      workflow_id: backfillWorkflowId(row.id, row.generation),
      first_execution_run_id: row.first_execution_run_id,
      web_url: webUrlOf(context, row),
    },
  };
  return { description, warning };
}

function isQueued({ overlap, status }: BackfillRow): boolean {
  return overlap === "queue" && status === "Starting";
}

function webUrlOf(
  { temporalUiUrl }: OperationContext,
  row: BackfillRow,
): string | null {
  if (temporalUiUrl === null) return null;
  const workflowId = backfillWorkflowId(row.id, row.generation);
  return `${temporalUiUrl}/namespaces/${row.temporal_namespace}/workflows/${workflowId}`;
}

function timesOf(group: FailureGroupObject): FailureGroupObject {
  return {
    ...group,
    first_at: rfc3339(group.first_at),
    last_at: rfc3339(group.last_at),
  };
}

function runCountsOf({
  total_runs,
  tally,
}: BackfillRow): RunCountsObject | null {
  if (total_runs === null) return null;
  const { records, bytes, ...counts } = tally;
  return { total: total_runs, ...counts };
}

/** By records where the plan counted them, else by runs. Nothing is said before something has been measured. */
function rateOf(
  row: BackfillRow,
  recent: Awaited<ReturnType<typeof measureRecentWork>>,
): RateObject {
  const { estimated_records: estimated, tally, paused_at: pausedAt } = row;
  const of = throughputOf(recent, {
    runs: openRunsOf(tally),
    records: estimated === null ? null : Number(estimated - tally.records),
  });
  // While it is paused nothing comes of what was finished lately.
  const isMoving = pausedAt === null;
  return {
    records_per_second: of.recordsPerSecond,
    runs_per_second: of.runsPerSecond,
    eta_seconds: isMoving ? ceiling(of.remainingSeconds) : null,
    eta_range_seconds:
      isMoving && of.remaining !== null
        ? {
            low: Math.floor(of.remaining.low),
            high: ceiling(of.remaining.high),
          }
        : null,
  };
}

function ceiling(seconds: number | null): number | null {
  return seconds === null ? null : Math.ceil(seconds);
}
