import type { Command } from "commander";
import { deleteSchedule } from "../../../operations/schedules/steer-schedule.js";
import type { CommandLine } from "../../invocation.js";
import { scheduleArgument } from "../../options/option-values.js";
import { onScheduleCommand } from "../../schedules/schedule-command.js";

/** `refill schedule delete SCHEDULE`. */
export function addScheduleDelete(parent: Command, line: CommandLine): void {
  const command = parent
    .command("delete")
    .addArgument(scheduleArgument())
    .summary("end a schedule")
    .description(
      "Ends a schedule. Runs that have not begun are cancelled, those at work go on to their end, and what was exported stays where it is and counts as covered.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule delete flights`,
    );
  onScheduleCommand(command, line, deleteSchedule);
}
