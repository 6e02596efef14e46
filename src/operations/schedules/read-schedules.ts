import type { ScheduleObject } from "../../contract/objects/schedule.js";
import { listScheduleRows } from "../../store/schedules/schedule-rows.js";
import type { OperationContext } from "../context.js";
import {
  findScheduleOrFail,
  readScheduleObject,
  type ScheduleReference,
} from "./find-schedule.js";

/** @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_* */
export async function getSchedule(
  context: OperationContext,
  reference: ScheduleReference,
): Promise<ScheduleObject> {
  return readScheduleObject(
    context,
    await findScheduleOrFail(context, reference),
  );
}

/** By team and name of the export. A null team: of all teams. */
export async function listSchedules(
  context: OperationContext,
  { team }: { readonly team: number | null },
): Promise<readonly ScheduleObject[]> {
  const rows = await listScheduleRows(context.pool, {
    batchExportId: null,
    team,
  });
  return Promise.all(rows.map((row) => readScheduleObject(context, row)));
}
