import type { Command } from "commander";
import { listExports } from "../../../operations/exports/read-exports.js";
import { withContext } from "../../context.js";
import { exportsTable } from "../../exports/export-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill export list`. */
export function addExportList(parent: Command, line: CommandLine): void {
  const command = parent
    .command("list")
    .summary("list the batch exports")
    .description("Lists the batch exports that are not deleted.")
    .addHelpText(
      "after",
      `
Examples:
  $ refill export list
  $ refill export list --team 2 --json`,
    );
  addCommonOptions(command);
  onInvoke<[]>(command, line, {
    body: async ({ config, team, output }) => {
      const exports = await withContext({ config }, (context) =>
        listExports(context, { team }),
      );
      await output.result(exports, () => exportsTable(exports));
      return 0;
    },
  });
}
