import type { Command } from "commander";
import { getBackfill } from "../../../operations/backfills/read-backfill.js";
import { backfillDetails } from "../../backfills/backfill-view.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";

/** `refill backfill get ID`. */
export function addBackfillGet(parent: Command, line: CommandLine): void {
  const command = parent
    .command("get")
    .addArgument(backfillArgument())
    .summary("show a backfill")
    .description(
      "Shows a backfill. As JSON: exactly the twelve properties of the published object.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill get 0f8fad5b-d9cb-469f-a165-70867728950e
  $ refill backfill get 0f8fad5b-d9cb-469f-a165-70867728950e --json | jq .progress`,
    );
  addCommonOptions(command);
  onInvoke<[id: string]>(command, line, {
    body: async ({ args: [id], config, output }) => {
      const { backfill, remarks, warning } = await withContext(
        { config },
        (context) => getBackfill(context, { id }),
      );
      if (warning !== null) output.notice(warning);
      await output.result(backfill, () => backfillDetails(backfill, remarks));
      return 0;
    },
  });
}
