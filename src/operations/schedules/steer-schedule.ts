import { randomUUID } from "node:crypto";
import type {
  ScheduleCommandObject,
  ScheduleObject,
} from "../../contract/objects/schedule.js";
import { formatInstant } from "../../domain/time/instant.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import type { Queryable } from "../../store/database/queryable.js";
import { insertScheduleCommand } from "../../store/schedules/schedule-commands.js";
import {
  findSchedule,
  listScheduleRows,
  markScheduleDeleted,
  markSchedulePaused,
  markScheduleResumed,
} from "../../store/schedules/schedule-rows.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../../temporal/classify-error.js";
import type { OperationContext } from "../context.js";
import {
  findScheduleOrFail,
  readScheduleObject,
  type ScheduleReference,
} from "./find-schedule.js";
import { mirrorSchedule } from "./mirror-schedule.js";

/** A schedule after a command, and what of it takes effect later. */
export interface ScheduleOutcome {
  readonly schedule: ScheduleObject;
  readonly warning: string | null;
}

/**
 * No firing adds a run until it is resumed; what has been added goes on. The audit pauses too.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_*
 */
export function pauseSchedule(
  context: OperationContext,
  reference: ScheduleReference,
  reason: string | null,
): Promise<ScheduleOutcome> {
  return change(context, reference, {
    kind: "pause",
    reason,
    write: (db, id) => markSchedulePaused(db, { id, reason }),
  });
}

/**
 * Ends a pause. The next firing exports all that has closed meanwhile.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_*
 */
export function resumeSchedule(
  context: OperationContext,
  reference: ScheduleReference,
): Promise<ScheduleOutcome> {
  return change(context, reference, {
    kind: "resume",
    reason: null,
    write: markScheduleResumed,
  });
}

/**
 * Ends a schedule. Runs that have not begun are cancelled; those at work go on to their end.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_*
 */
export function deleteSchedule(
  context: OperationContext,
  reference: ScheduleReference,
): Promise<ScheduleOutcome> {
  return change(context, reference, {
    kind: "delete",
    reason: null,
    write: markScheduleDeleted,
  });
}

/**
 * Fires now, paused or not: what has closed and is not covered, and the lookback.
 * @throws RefillError SCHEDULE_NOT_FOUND, EXPORT_*, TEMPORAL_UNAVAILABLE
 */
export async function triggerSchedule(
  context: OperationContext,
  reference: ScheduleReference,
): Promise<ScheduleOutcome> {
  const row = await findScheduleOrFail(context, reference);
  const { schedules } = await context.temporal();
  await insertScheduleCommand(context.pool, {
    scheduleId: row.id,
    kind: "trigger",
    reason: null,
    requested_by: context.requestedBy,
  });
  await schedules.fire({
    scheduleId: row.id,
    exportName: row.export_name,
    delayMs: 0,
    triggeredFor: formatInstant(context.nowMs()),
    firingId: randomUUID(),
  });
  return { schedule: await readAgain(context, row.id), warning: null };
}

/** Ends the schedules of an export within a transaction; returns their ids, for Temporal to be told. */
export async function deleteSchedulesOf(
  db: Queryable,
  of: { readonly batchExportId: string; readonly requestedBy: string },
): Promise<readonly string[]> {
  const { batchExportId, requestedBy } = of;
  const rows = await listScheduleRows(db, { batchExportId, team: null });
  for (const { id } of rows) {
    await markScheduleDeleted(db, id);
    await insertScheduleCommand(db, {
      scheduleId: id,
      kind: "delete",
      reason: "its export was deleted",
      requested_by: requestedBy,
    });
  }
  return rows.map(({ id }) => id);
}

/** Tells Temporal of the schedules of an export that has changed. */
export async function mirrorSchedulesOf(
  context: OperationContext,
  batchExportId: string,
): Promise<void> {
  const filter = { batchExportId, team: null };
  for (const { id } of await listScheduleRows(context.pool, filter)) {
    await mirrorIfReachable(context, id);
  }
}

/** Tells Temporal of a row that has changed; where it is away, what that means. Reconciling tells it later. */
export async function mirrorIfReachable(
  context: OperationContext,
  id: string,
): Promise<string | null> {
  try {
    await mirrorSchedule(context, id);
    return null;
  } catch (error) {
    if (!isTemporalUnavailable(error)) throw error;
    return `Temporal is away (${describeCause(error)}). It is recorded, and no firing disregards it; Temporal is told when it and a worker are up.`;
  }
}

/** Writes a change with its entry in the audit trail, and tells Temporal. */
async function change(
  context: OperationContext,
  reference: ScheduleReference,
  command: Pick<ScheduleCommandObject, "kind" | "reason"> & {
    readonly write: (db: Queryable, id: string) => Promise<void>;
  },
): Promise<ScheduleOutcome> {
  const { id } = await findScheduleOrFail(context, reference);
  const { kind, reason, write } = command;
  await inTransaction(context.pool, async (client) => {
    await write(client, id);
    await insertScheduleCommand(client, {
      scheduleId: id,
      kind,
      reason,
      requested_by: context.requestedBy,
    });
  });
  const warning = await mirrorIfReachable(context, id);
  return { schedule: await readAgain(context, id), warning };
}

/** As it is now, deleted or not. */
async function readAgain(
  context: OperationContext,
  id: string,
): Promise<ScheduleObject> {
  const row = await findSchedule(context.pool, id);
  if (row === null) throw new Error("A schedule's row is never removed");
  return readScheduleObject(context, row);
}
