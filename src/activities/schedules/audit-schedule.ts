import { ApplicationFailure } from "@temporalio/activity";
import type { AuditObject } from "../../contract/objects/schedule.js";
import type { ScheduledExport } from "../../contract/schedule.js";
import { auditExport } from "../../operations/exports/audit-export.js";
import {
  findSchedule,
  writeAudit,
} from "../../store/schedules/schedule-rows.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";

/** Who starts the backfills of an audit, as the audit trail has it. */
const REQUESTED_BY = "refill schedule";

/** Looks for gaps in the coverage of a schedule's export, and writes down what it found. */
export function auditSchedule(
  dependencies: ActivityDependencies,
  { scheduleId }: ScheduledExport,
): Promise<AuditObject> {
  return heartbeating(async () => {
    const { pool } = dependencies;
    const schedule = await findSchedule(pool, scheduleId);
    if (schedule?.deleted_at !== null) {
      throw ApplicationFailure.nonRetryable(
        `Schedule ${scheduleId} is deleted, or not in the ledger`,
        "SCHEDULE_NOT_FOUND",
      );
    }
    const context = {
      ...dependencies,
      temporalUiUrl: null,
      requestedBy: REQUESTED_BY,
    };
    const audit = await auditExport(context, schedule);
    await writeAudit(pool, { id: scheduleId, audit });
    return audit;
  });
}
