import type { Command } from "commander";
import { triggerSchedule } from "../../../operations/schedules/steer-schedule.js";
import type { CommandLine } from "../../invocation.js";
import { scheduleArgument } from "../../options/option-values.js";
import { quoted } from "../../options/range-options.js";
import { onScheduleCommand } from "../../schedules/schedule-command.js";

/** `refill schedule trigger SCHEDULE`. */
export function addScheduleTrigger(parent: Command, line: CommandLine): void {
  const command = parent
    .command("trigger")
    .addArgument(scheduleArgument())
    .summary("fire now, paused or not")
    .description(
      "Fires now, paused or not, without the delay: what has closed and is not covered is exported, and the lookback again. A worker that comes later takes it up then.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule trigger flights`,
    );
  onScheduleCommand(
    command,
    line,
    triggerSchedule,
    (name) =>
      `Asked for a firing. See what it exports: refill schedule runs ${quoted(name)}`,
  );
}
