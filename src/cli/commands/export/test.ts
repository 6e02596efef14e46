import type { Command } from "commander";
import type { ExportTestObject } from "../../../contract/objects/batch-export.js";
import { testExport } from "../../../operations/exports/test-export.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { renderDetails } from "../../terminal/table.js";

/** `refill export test EXPORT`. */
export function addExportTest(parent: Command, line: CommandLine): void {
  const command = parent
    .command("test")
    .argument("<export>", "its id or its name")
    .summary("see whether a worker reaches both ends of a batch export")
    .description(
      "Has a worker connect to the source and the destination of a batch export, as its runs will: it reads the source's columns, writes a probe at the destination and removes it.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export test flights`,
    );
  addCommonOptions(command);
  onInvoke<[name: string]>(command, line, {
    interrupts: "call-off",
    body: async ({ args, config, team, output, surroundings }) => {
      const [name] = args;
      const { signal } = surroundings;
      const result = await withContext({ config }, (context) =>
        testExport(context, { export: name, team }, signal),
      );
      await output.result(result, () => testText(result));
      return 0;
    },
  });
}

function testText({ source, destination }: ExportTestObject): string {
  return renderDetails([
    ["Source", `works, with the columns ${source.columns.join(", ")}`],
    ...source.warnings.map((warning) => ["Warning", warning] as const),
    ["Destination", `works: ${destination.identity}`],
  ]);
}
