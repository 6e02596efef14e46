import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { confirmStart } from "../../store/backfills/backfill-state.js";
import { instantMs, rfc3339OrNull } from "../../store/database/instant-text.js";
import type { OperationContext } from "../context.js";

/** Starts the workflow of a backfill's generation, or finds it started, and remembers that Temporal has it. */
export async function startWorkflow(
  { pool, temporal }: Pick<OperationContext, "pool" | "temporal">,
  row: BackfillRow,
): Promise<void> {
  const gateway = await temporal();
  const { id: backfillId, generation } = row;
  const isQueued = waitsForItsTurn(row);
  const firstExecutionRunId = await gateway.startBackfill({
    workflowId: backfillWorkflowId(backfillId, generation),
    input: {
      backfillId,
      generation,
      executionIndex: 0,
      exportName: row.export_name,
      isQueued,
      window: null,
    },
    team: row.team,
    summary: summaryOf(row),
    details: detailsOf(row),
    // Temporal would count the wait for its turn: reconciling holds a queued one to its limit.
    timeLimitMs:
      row.time_limit_ms === null || isQueued ? null : Number(row.time_limit_ms),
  });
  await confirmStart(pool, { backfillId, generation, firstExecutionRunId });
}

/** Whether its workflow waits before it begins. A retry is admitted only where nothing overlaps it. */
export function waitsForItsTurn({ overlap, generation }: BackfillRow): boolean {
  return overlap === "queue" && generation === 1;
}

function summaryOf(row: BackfillRow): string {
  const start = rfc3339OrNull(row.start_at) ?? "the earliest data";
  const end = formatInstant(instantMs(row.range_end));
  return `${row.export_name}: ${start} to ${end}, ${row.run_order} first`;
}

function detailsOf(row: BackfillRow): string {
  const facts = [
    `Backfill \`${row.id}\` of export \`${row.batch_export_id}\`, team ${String(row.team)}`,
    `${String(row.concurrency)} runs in flight, definition version ${String(row.definition_version)}`,
    `Requested by ${row.requested_by}`,
    ...(row.note === null ? [] : [`Note: ${row.note}`]),
  ];
  return facts.map((fact) => `- ${fact}`).join("\n");
}
