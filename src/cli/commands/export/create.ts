import { resolve } from "node:path";
import type { Command } from "commander";
import { readDefinitionFile } from "../../../definition/read-definition.js";
import { createExport } from "../../../operations/exports/create-export.js";
import { withContext } from "../../context.js";
import { exportSentence } from "../../exports/export-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

/** `refill export create FILE`. */
export function addExportCreate(parent: Command, line: CommandLine): void {
  const command = parent
    .command("create")
    .argument("<file>", "the definition, YAML or JSON")
    .summary("create a batch export from a definition file")
    .description(
      "Creates a batch export from a definition file. Every problem of the file is reported at once, and nothing is written then.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export create flights.yaml
  $ refill export create flights.yaml --json`,
    );
  addCommonOptions(command);
  onInvoke<[file: string]>(command, line, {
    body: async ({ args: [file], config, output, surroundings }) => {
      const { cwd } = surroundings;
      const definition = await readDefinitionFile(resolve(cwd, file));
      const created = await withContext({ config }, (context) =>
        createExport(context, { definition }),
      );
      await output.result(created, () => exportSentence("Created", created));
      return 0;
    },
  });
}
