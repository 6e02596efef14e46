import { Argument, type Command } from "commander";
import { setConcurrency } from "../../../operations/backfills/pause-backfill.js";
import { onControl } from "../../backfills/control-command.js";
import type { CommandLine } from "../../invocation.js";
import { backfillArgument, parseWindow } from "../../options/option-values.js";

/** `refill backfill set-concurrency ID N`. */
export function addBackfillSetConcurrency(
  parent: Command,
  line: CommandLine,
): void {
  const command = parent
    .command("set-concurrency")
    .addArgument(backfillArgument())
    .addArgument(
      new Argument("<n>", "runs in flight, 0 to 500").argParser(parseWindow),
    )
    .summary("change how many runs are in flight")
    .description(
      "Sets how many runs are in flight at most. 0 pauses; the next number, or `refill backfill resume`, goes on. A lower number stops no run: those at work end, and none begins before there is room for it.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill set-concurrency 0f8fad5b-d9cb-469f-a165-70867728950e 16
  $ refill backfill set-concurrency 0f8fad5b-d9cb-469f-a165-70867728950e 1 --reason "office hours"`,
    );
  onControl(command, line, (context, { id, reason, words: [count] }) =>
    setConcurrency(context, { id, reason, concurrency: Number(count) }),
  );
}
