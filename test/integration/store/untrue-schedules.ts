import {
  exportId,
  insertSchedule,
  oneRun,
  scheduleId as id,
  unknownId,
} from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

/** SQL that inserts a schedule of the first export. */
const schedule = insertSchedule(id);

function update(values: string): string {
  return `update refill.schedule set ${values} where id = '${id}'`;
}

function command(kind: string): string {
  return `insert into refill.schedule_command (schedule_id, kind, requested_by) values ('${id}', '${kind}', 'test')`;
}

/** SQL that inserts a live run of an hour, asked for by a firing. */
function liveRun(hour: number, firedFor = "2001-01-02"): string {
  return `
    insert into refill.run (
      schedule_id, batch_export_id, definition_version, fired_for, data_interval_start, data_interval_end
    ) values (
      '${id}', '${exportId}', 1, '${firedFor}', '2001-01-01 0${String(hour)}:00Z', '2001-01-01 0${String(hour + 1)}:00Z'
    );`;
}

const begun =
  "status = 'Running', attempt = 1, claim_token = 1, slot = 0, started_at = now()";

/** Schedules, and live runs, that cannot be. */
export const untrueSchedules: readonly Untruth[] = [
  [
    "a schedule of no export",
    "schedule_batch_export_id_fkey",
    "",
    insertSchedule(id, unknownId),
  ],
  [
    "two schedules of an export",
    "schedule_is_alone_at_its_export",
    schedule,
    insertSchedule(unknownId, exportId),
  ],
  [
    "a schedule without a beginning",
    "schedule_times_are_finite",
    "",
    schedule.replaceAll("'2001-01-01'", "'-infinity'"),
  ],
  [
    "a schedule that fired before it began",
    "schedule_fires_from_its_beginning_on",
    schedule,
    update("fired_through = '2000-01-01'"),
  ],
  [
    "a lookback without end",
    "schedule_settings_are_bounded",
    schedule,
    update("lookback = 1001"),
  ],
  [
    "an audit that no one knows",
    "schedule_audit_is_known",
    schedule,
    update("audit = 'maybe'"),
  ],
  [
    "a pause that never began",
    "schedule_pause_has_its_time",
    schedule,
    update("paused_reason = 'why'"),
  ],
  [
    "a firing that was never heard",
    "schedule_firing_has_both_its_times",
    schedule,
    update("last_fired_for = now()"),
  ],
  [
    "a mirror of what was not written",
    "schedule_is_mirrored_after_it_is_written",
    schedule,
    update("mirrored_revision = 2"),
  ],
  [
    "a schedule that moves its beginning",
    "schedule_keeps_its_export",
    schedule,
    update("live_from = '2000-01-01'"),
  ],
  [
    "a command to no schedule",
    "schedule_command_schedule_id_fkey",
    "",
    command("pause"),
  ],
  [
    "a command that no one knows",
    "schedule_command_kind_is_known",
    schedule,
    command("hurry"),
  ],
  [
    "an export that someone deleted and that is there",
    "batch_export_is_deleted_by_whoever_did",
    "",
    "update refill.batch_export set deleted_by = 'someone'",
  ],
  ["a live run of no schedule", "run_schedule_id_fkey", "", liveRun(0)],
  [
    "a run of a backfill and a schedule",
    "run_belongs_to_a_backfill_or_a_schedule",
    `${schedule} ${oneRun}`,
    `update refill.run set schedule_id = '${id}', definition_version = 1, fired_for = now()`,
  ],
  [
    "a live run under no definition",
    "run_of_a_schedule_is_pinned",
    schedule,
    liveRun(0).replace(", 1, '2001-01-02'", ", null, '2001-01-02'"),
  ],
  [
    "a live run under a definition that is not there",
    "run_pins_a_definition",
    schedule,
    liveRun(0).replace(", 1, '2001-01-02'", ", 9, '2001-01-02'"),
  ],
  [
    "two live runs that wait for an interval",
    "run_live_waits_once",
    `${schedule} ${liveRun(0)}`,
    liveRun(0, "2001-01-03"),
  ],
  [
    "an interval twice in a firing",
    "run_live_is_asked_for_once",
    `${schedule} ${liveRun(0)}
     update refill.run set status = 'Cancelled', finished_at = now() where schedule_id = '${id}';`,
    liveRun(0),
  ],
  [
    "two live runs at work in one lane",
    "run_live_slot_is_held_by_one_run",
    `${schedule} ${liveRun(0)} update refill.run set ${begun} where schedule_id = '${id}'; ${liveRun(1)}`,
    `update refill.run set ${begun} where schedule_id = '${id}' and status = 'Starting'`,
  ],
];
