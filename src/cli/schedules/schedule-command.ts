import type { Command } from "commander";
import type { OperationContext } from "../../operations/context.js";
import type { ScheduleReference } from "../../operations/schedules/find-schedule.js";
import type { ScheduleOutcome } from "../../operations/schedules/steer-schedule.js";
import type { ReasonOption } from "../backfills/control-command.js";
import { withContext } from "../context.js";
import { addCommonOptions, type CommandLine, onInvoke } from "../invocation.js";
import { scheduleDetails } from "./schedule-view.js";

/** Lets a command change a schedule and print the schedule as it is then. */
export function onScheduleCommand(
  command: Command,
  line: CommandLine,
  send: (
    context: OperationContext,
    reference: ScheduleReference,
    reason: string | null,
  ) => Promise<ScheduleOutcome>,
  /** What to say afterwards: how to see what came of it. */
  hint: ((exportName: string) => string) | null = null,
): void {
  addCommonOptions(command);
  onInvoke<[schedule: string], ReasonOption>(command, line, {
    body: async ({ args, options, config, team, output }) => {
      const [name] = args;
      const { schedule, warning } = await withContext({ config }, (context) =>
        send(context, { schedule: name, team }, options.reason ?? null),
      );
      await output.result(schedule, () => scheduleDetails(schedule));
      if (warning !== null) output.notice(warning);
      if (hint !== null) output.notice(hint(schedule.export_name));
      return 0;
    },
  });
}
