import type { Command } from "commander";
import { getExport } from "../../../operations/exports/read-exports.js";
import { withContext } from "../../context.js";
import { exportDetails } from "../../exports/export-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill export get EXPORT`. */
export function addExportGet(parent: Command, line: CommandLine): void {
  const command = parent
    .command("get")
    .argument("<export>", "its id or its name")
    .summary("show a batch export and its definition")
    .description(
      "Shows a batch export and its definition, as a definition file would say it.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export get flights
  $ refill export get flights --json`,
    );
  addCommonOptions(command);
  onInvoke<[name: string]>(command, line, {
    body: async ({ args, config, team, output }) => {
      const [name] = args;
      const found = await withContext({ config }, (context) =>
        getExport(context, { export: name, team }),
      );
      await output.result(found, () => exportDetails(found));
      return 0;
    },
  });
}
