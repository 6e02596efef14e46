import type { ScheduleObject } from "../../contract/objects/schedule.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { specOf } from "../../definition/interval-spec.js";
import { nextBoundary } from "../../domain/time/boundary.js";
import { formatInstant } from "../../domain/time/instant.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import type { ScheduleRow } from "../../store/schedules/schedule-rows.js";

/** A schedule as the surfaces show it. `nameOf`: what it is called in Temporal. */
export function scheduleObjectOf(
  row: ScheduleRow,
  at: {
    readonly definition: BatchExportDefinition;
    readonly nowMs: number;
    readonly temporalName: string;
  },
): ScheduleObject {
  const seconds = (durationMs: bigint) => Number(durationMs) / 1_000;
  return {
    id: row.id,
    team: row.team,
    batch_export: row.batch_export_id,
    export_name: row.export_name,
    live_from: rfc3339(row.live_from),
    fired_through: rfc3339(row.fired_through),
    next_interval_end: formatInstant(
      nextBoundary(specOf(at.definition), at.nowMs),
    ),
    lookback: row.lookback,
    delay_seconds: seconds(row.delay_ms),
    jitter_seconds: seconds(row.jitter_ms),
    catch_up_seconds: seconds(row.catch_up_ms),
    concurrency: row.concurrency,
    audit: row.audit,
    last_audit: row.last_audit,
    note: row.note,
    paused: row.paused_at !== null,
    paused_at: rfc3339OrNull(row.paused_at),
    paused_reason: row.paused_reason,
    last_fired_for: rfc3339OrNull(row.last_fired_for),
    last_fired_at: rfc3339OrNull(row.last_fired_at),
    runs: {
      open: row.open_runs,
      completed: row.completed_runs,
      failed: row.failed_runs,
    },
    latest_error: row.latest_error,
    commands: row.commands.map((command) => ({
      ...command,
      requested_at: rfc3339(command.requested_at),
    })),
    created_by: row.created_by,
    created_at: rfc3339(row.created_at),
    last_updated_at: rfc3339(row.last_updated_at),
    temporal: {
      schedule_id: at.temporalName,
      mirrored: row.mirrored_revision === row.revision,
    },
  };
}
