import type { Command } from "commander";
import { resumeSchedule } from "../../../operations/schedules/steer-schedule.js";
import type { CommandLine } from "../../invocation.js";
import { scheduleArgument } from "../../options/option-values.js";
import { onScheduleCommand } from "../../schedules/schedule-command.js";

/** `refill schedule resume SCHEDULE`. */
export function addScheduleResume(parent: Command, line: CommandLine): void {
  const command = parent
    .command("resume")
    .addArgument(scheduleArgument())
    .summary("end a pause")
    .description(
      "Ends a pause. The next firing exports all that has closed meanwhile; `refill schedule trigger` does so at once.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule resume flights && refill schedule trigger flights`,
    );
  onScheduleCommand(command, line, resumeSchedule);
}
