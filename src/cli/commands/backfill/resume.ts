import type { Command } from "commander";
import { resumeBackfill } from "../../../operations/backfills/pause-backfill.js";
import { onControl } from "../../backfills/control-command.js";
import type { CommandLine } from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";

/** `refill backfill resume ID`. */
export function addBackfillResume(parent: Command, line: CommandLine): void {
  const command = parent
    .command("resume")
    .addArgument(backfillArgument())
    .summary("go on after a pause")
    .description(
      "Ends a pause, whether an operator asked for it, the concurrency was set to 0, or too many runs in a row failed alike.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill resume 0f8fad5b-d9cb-469f-a165-70867728950e`,
    );
  onControl(command, line, (context, { id, reason }) =>
    resumeBackfill(context, { id, reason }),
  );
}
