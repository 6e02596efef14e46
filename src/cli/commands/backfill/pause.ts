import type { Command } from "commander";
import { pauseBackfill } from "../../../operations/backfills/pause-backfill.js";
import { onControl } from "../../backfills/control-command.js";
import type { CommandLine } from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";

/** `refill backfill pause ID`. */
export function addBackfillPause(parent: Command, line: CommandLine): void {
  const command = parent
    .command("pause")
    .addArgument(backfillArgument())
    .summary("begin no further run until resumed")
    .description(
      "Pauses a backfill: runs at work go on to their end, and none begins until `refill backfill resume`. It stays Running; describe and watch show that it is paused.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill pause 0f8fad5b-d9cb-469f-a165-70867728950e --reason "the source is busy"`,
    );
  onControl(command, line, (context, { id, reason }) =>
    pauseBackfill(context, { id, reason }),
  );
}
