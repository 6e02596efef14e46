import type { Command } from "commander";
import { getSchedule } from "../../../operations/schedules/read-schedules.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { scheduleArgument } from "../../options/option-values.js";
import { scheduleDetails } from "../../schedules/schedule-view.js";

/** `refill schedule get SCHEDULE`. */
export function addScheduleGet(parent: Command, line: CommandLine): void {
  const command = parent
    .command("get")
    .addArgument(scheduleArgument())
    .summary("show a schedule, its runs in numbers and its latest audit")
    .description(
      "Shows a schedule: how far it has come, how its live runs stand, and what its latest audit found.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule get flights
  $ refill schedule get flights --json | jq .last_audit`,
    );
  addCommonOptions(command);
  onInvoke<[schedule: string]>(command, line, {
    body: async ({ args, config, team, output }) => {
      const [schedule] = args;
      const found = await withContext({ config }, (context) =>
        getSchedule(context, { schedule, team }),
      );
      await output.result(found, () => scheduleDetails(found));
      return 0;
    },
  });
}
