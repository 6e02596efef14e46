import type { RunObject } from "../../contract/objects/run.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import { listLiveRunRows } from "../../store/schedules/live-runs.js";
import type { OperationContext } from "../context.js";
import { runObjectOf } from "../runs/run-object.js";
import { findScheduleOrFail, type ScheduleReference } from "./find-schedule.js";

/**
 * The live runs of a schedule, the latest interval first, at most `limit`.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_*
 */
export async function listLiveRuns(
  context: OperationContext,
  reference: ScheduleReference,
  page: { readonly status: RunStatus | null; readonly limit: number },
): Promise<readonly RunObject[]> {
  const { id: scheduleId } = await findScheduleOrFail(context, reference);
  const rows = await listLiveRunRows(context.pool, { scheduleId, ...page });
  return rows.map(runObjectOf);
}
