import type { Command } from "commander";
import { pauseSchedule } from "../../../operations/schedules/steer-schedule.js";
import { addReasonOption } from "../../backfills/control-command.js";
import type { CommandLine } from "../../invocation.js";
import { scheduleArgument } from "../../options/option-values.js";
import { onScheduleCommand } from "../../schedules/schedule-command.js";

/** `refill schedule pause SCHEDULE`. */
export function addSchedulePause(parent: Command, line: CommandLine): void {
  const command = parent
    .command("pause")
    .addArgument(scheduleArgument())
    .summary("add no further run until resumed")
    .description(
      "Pauses a schedule: no firing adds a run until `refill schedule resume`. Runs that were added go on, and what closes meanwhile is exported by the first firing after the pause.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule pause flights --reason "the source is moved"`,
    );
  addReasonOption(command);
  onScheduleCommand(command, line, pauseSchedule);
}
