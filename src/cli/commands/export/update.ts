import { resolve } from "node:path";
import type { Command } from "commander";
import { readDefinitionFile } from "../../../definition/read-definition.js";
import { updateExport } from "../../../operations/exports/update-export.js";
import { withContext } from "../../context.js";
import { exportSentence } from "../../exports/export-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill export update EXPORT FILE`. */
export function addExportUpdate(parent: Command, line: CommandLine): void {
  const command = parent
    .command("update")
    .argument("<export>", "its id or its name")
    .argument("<file>", "the new definition, YAML or JSON")
    .summary("give a batch export a new definition")
    .description(
      "Gives a batch export a new version of its definition. Backfills that were started before keep the version they were planned with.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export update flights flights.yaml`,
    );
  addCommonOptions(command);
  onInvoke<[name: string, file: string]>(command, line, {
    body: async ({ args, config, team, output, surroundings }) => {
      const [name, file] = args;
      const { cwd } = surroundings;
      const definition = await readDefinitionFile(resolve(cwd, file));
      const updated = await withContext({ config }, (context) =>
        updateExport(context, { export: name, team, definition }),
      );
      await output.result(updated, () => exportSentence("Updated", updated));
      return 0;
    },
  });
}
