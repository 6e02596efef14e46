import type { Command } from "commander";
import { describeBackfill } from "../../../operations/backfills/describe-backfill.js";
import { descriptionText } from "../../backfills/description-view.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";

/** `refill backfill describe ID`. */
export function addBackfillDescribe(parent: Command, line: CommandLine): void {
  const command = parent
    .command("describe")
    .addArgument(backfillArgument())
    .summary("show all there is to know about a backfill")
    .description(
      "Shows a backfill in full: its runs by status, rate and ETA, failures by code, what was asked of it, and where it is in Temporal.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill describe 0f8fad5b-d9cb-469f-a165-70867728950e
  $ refill backfill describe 0f8fad5b-d9cb-469f-a165-70867728950e --json | jq .failures`,
    );
  addCommonOptions(command);
  onInvoke<[id: string]>(command, line, {
    body: async ({ args: [id], config, output }) => {
      const { description, warning } = await withContext(
        { config },
        (context) => describeBackfill(context, { id }),
      );
      if (warning !== null) output.notice(warning);
      await output.result(description, () => descriptionText(description));
      return 0;
    },
  });
}
