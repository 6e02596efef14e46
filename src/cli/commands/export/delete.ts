import type { Command } from "commander";
import { deleteExport } from "../../../operations/exports/delete-export.js";
import { withContext } from "../../context.js";
import { exportSentence } from "../../exports/export-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill export delete EXPORT`. */
export function addExportDelete(parent: Command, line: CommandLine): void {
  const command = parent
    .command("delete")
    .argument("<export>", "its id or its name")
    .summary("delete a batch export")
    .description(
      "Deletes a batch export and frees its name. Open backfills of it go on, and what was exported stays where it is.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export delete flights`,
    );
  addCommonOptions(command);
  onInvoke<[name: string]>(command, line, {
    body: async ({ args, config, team, output }) => {
      const [name] = args;
      const deleted = await withContext({ config }, (context) =>
        deleteExport(context, { export: name, team }),
      );
      await output.result(deleted, () => exportSentence("Deleted", deleted));
      return 0;
    },
  });
}
