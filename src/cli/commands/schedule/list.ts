import type { Command } from "commander";
import { listSchedules } from "../../../operations/schedules/read-schedules.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { schedulesTable } from "../../schedules/schedule-view.js";

/** `refill schedule list`. */
export function addScheduleList(parent: Command, line: CommandLine): void {
  const command = parent
    .command("list")
    .summary("list the schedules")
    .description("Lists the schedules, by the name of their export.")
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule list
  $ refill schedule list --json | jq -r '.[] | select(.paused).export_name'`,
    );
  addCommonOptions(command);
  onInvoke<[]>(command, line, {
    body: async ({ config, team, output }) => {
      const schedules = await withContext({ config }, (context) =>
        listSchedules(context, { team }),
      );
      await output.result(schedules, () => schedulesTable(schedules));
      return 0;
    },
  });
}
