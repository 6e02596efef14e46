import type { Command } from "commander";
import { changeText } from "../../../definition/definition-changes.js";
import { isOpen } from "../../../domain/backfills/status.js";
import {
  repinBackfill,
  type Repinned,
} from "../../../operations/backfills/repin-backfill.js";
import {
  addReasonOption,
  type ReasonOption,
} from "../../backfills/control-command.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";
import { formatCount } from "../../terminal/figures.js";

/** `refill backfill repin ID`. */
export function addBackfillRepin(parent: Command, line: CommandLine): void {
  const command = parent
    .command("repin")
    .addArgument(backfillArgument())
    .summary("take the export's new definition for what is not completed")
    .description(
      "Makes a backfill export the runs that are not completed under its export's current definition. The plan stays, so the intervals must be the same. No run begins under the old definition any more; a run at work ends under it, and what is completed keeps the definition that it was written under. A closed backfill stays closed until `refill backfill retry`.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export update flights flights.yaml
  $ refill backfill repin 0f8fad5b-d9cb-469f-a165-70867728950e --reason "the bucket has moved"
  $ refill backfill retry 0f8fad5b-d9cb-469f-a165-70867728950e`,
    );
  addReasonOption(command);
  addCommonOptions(command);
  onInvoke<[id: string], ReasonOption>(command, line, {
    body: async ({ args: [id], config, options, output }) => {
      const repinned = await withContext({ config }, (context) =>
        repinBackfill(context, { id, reason: options.reason ?? null }),
      );
      await output.result(repinned.backfill, () => repinnedText(repinned));
      return 0;
    },
  });
}

function repinnedText(of: Repinned): string {
  const { backfill } = of;
  const changes = of.changes.map((change) => `  ${changeText(change)}\n`);
  const next = isOpen(backfill.status)
    ? "A run at work ends under the old definition.\n"
    : `Export them: refill backfill retry ${backfill.id}\n`;
  return `Definition version ${of.from.toString()} to ${of.to.toString()} for the ${formatCount(of.runs)} runs that are not completed:\n${changes.join("")}${next}`;
}
