import type { ScheduleObject } from "../../contract/objects/schedule.js";
import { schedulePrefixes } from "../../contract/schedule.js";
import { RefillError } from "../../domain/errors.js";
import {
  findExportVersion,
  findPinnedDefinition,
} from "../../store/exports/export-rows.js";
import {
  findSchedule,
  listScheduleRows,
  type ScheduleRow,
} from "../../store/schedules/schedule-rows.js";
import type { OperationContext } from "../context.js";
import { resolveExport } from "../exports/resolve-export.js";
import { scheduleObjectOf } from "./schedule-object.js";

/** How people name a schedule: by its id, or by its export, which has one at most. */
export interface ScheduleReference {
  readonly schedule: string;
  readonly team: number | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The one undeleted schedule that is meant.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_AMBIGUOUS
 */
export async function findScheduleOrFail(
  context: Pick<OperationContext, "pool" | "config">,
  { schedule: text, team }: ScheduleReference,
): Promise<ScheduleRow> {
  const row = uuid.test(text)
    ? await findSchedule(context.pool, text.toLowerCase())
    : null;
  if (row?.deleted_at === null) return row;
  const { id: batchExportId } = await resolveExport(context, {
    export: text,
    team,
  }).catch((error: unknown) => {
    throw uuid.test(text) ? notFound(text) : error;
  });
  const [found] = await listScheduleRows(context.pool, {
    batchExportId,
    team: null,
  });
  if (found !== undefined) return found;
  throw notFound(text);
}

function notFound(text: string): RefillError {
  return new RefillError(
    "SCHEDULE_NOT_FOUND",
    `Expected the id of a schedule, or an export that has one; got ${text}, which has none. See refill schedule list, or make one with refill schedule create.`,
    { details: { schedule: text } },
  );
}

/** A schedule's row as the surfaces show it. */
export async function readScheduleObject(
  { pool, config, nowMs }: OperationContext,
  row: ScheduleRow,
): Promise<ScheduleObject> {
  const batchExportId = row.batch_export_id;
  const version = await findExportVersion(pool, batchExportId);
  const definition = await findPinnedDefinition(pool, {
    batchExportId,
    version,
  });
  if (definition === null) {
    throw new Error("An export has its current definition");
  }
  return scheduleObjectOf(row, {
    definition,
    nowMs: nowMs(),
    temporalName: schedulePrefixes(config.taskQueue).fire + row.id,
  });
}
