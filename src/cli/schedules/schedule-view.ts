import type {
  AuditObject,
  ScheduleCommandObject,
  ScheduleObject,
} from "../../contract/objects/schedule.js";
import { formatDuration } from "../../domain/time/duration.js";
import { formatCount } from "../terminal/figures.js";
import { shortened } from "../terminal/printable.js";
import { renderDetails, renderTable } from "../terminal/table.js";

const widestNote = 60;

/** The schedules, one a line. */
export function schedulesTable(schedules: readonly ScheduleObject[]): string {
  if (schedules.length === 0) {
    return "There is no schedule yet. Make one with `refill schedule create EXPORT`.\n";
  }
  return renderTable(
    [
      { title: "EXPORT" },
      { title: "TEAM", align: "right" },
      { title: "STATE" },
      { title: "FIRED THROUGH" },
      { title: "OPEN", align: "right" },
      { title: "FAILED", align: "right" },
      { title: "NOTE" },
      { title: "ID" },
    ],
    schedules.map((schedule) => [
      schedule.export_name,
      schedule.team.toString(),
      schedule.paused ? "paused" : "active",
      schedule.fired_through,
      formatCount(schedule.runs.open),
      formatCount(schedule.runs.failed),
      shortened(schedule.paused_reason ?? schedule.note ?? "", widestNote),
      schedule.id,
    ]),
  );
}

/** One schedule. */
export function scheduleDetails(of: ScheduleObject): string {
  const { runs } = of;
  const error = of.latest_error;
  return renderDetails([
    ["Export", of.export_name],
    ["Team", of.team.toString()],
    ["Id", of.id],
    ["State", stateOf(of)],
    ["Covers", `from ${of.live_from}`],
    ["Fired through", of.fired_through],
    ["Next interval closes", of.next_interval_end],
    ["Latest firing", of.last_fired_for],
    [
      "Lookback",
      `${String(of.lookback)} ${of.lookback === 1 ? "interval" : "intervals"}`,
    ],
    ["Delay", durationOf(of.delay_seconds)],
    ["Jitter", durationOf(of.jitter_seconds)],
    ["Catch-up", durationOf(of.catch_up_seconds)],
    ["In flight at most", of.concurrency.toString()],
    [
      "Live runs",
      `${formatCount(runs.open)} open, ${formatCount(runs.completed)} completed, ${formatCount(runs.failed)} failed`,
    ],
    ...(error === null
      ? []
      : [["Latest error", `${error.code}: ${error.message}`] as const]),
    ["Audit", of.audit],
    ...(of.last_audit === null
      ? []
      : [["Latest audit", auditText(of.last_audit)] as const]),
    ["Note", of.note],
    ["Latest command", commandText(of.commands.at(-1))],
    ["Created", `${of.created_at} by ${of.created_by}`],
    [
      "In Temporal",
      of.temporal.schedule_id + (of.temporal.mirrored ? "" : " (to be told)"),
    ],
  ]);
}

function stateOf({ paused, paused_at, paused_reason }: ScheduleObject): string {
  if (!paused) return "active";
  const why = paused_reason === null ? "" : `: ${paused_reason}`;
  return `paused since ${String(paused_at)}${why}`;
}

function commandText(command: ScheduleCommandObject | undefined) {
  if (command === undefined) return null;
  const { kind, reason, requested_by, requested_at } = command;
  const why = reason === null ? "" : `: ${reason}`;
  return `${kind} at ${requested_at} by ${requested_by}${why}`;
}

function durationOf(seconds: number): string {
  return formatDuration(seconds * 1_000);
}

function auditText(audit: AuditObject): string {
  const { missing_intervals, failed_intervals, backfills, problem } = audit;
  const found =
    missing_intervals + failed_intervals === 0
      ? "no gap"
      : `${formatCount(missing_intervals)} intervals missing, ${formatCount(failed_intervals)} failed`;
  const done =
    backfills.length === 0 ? "" : `; started ${backfills.join(", ")}`;
  return `${audit.at}: ${found}${done}${problem === null ? "" : `; ${problem}`}`;
}
