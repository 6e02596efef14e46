import type { Command } from "commander";
import { addCommonOptions, type CommandLine } from "../invocation.js";
import { addExportCoverage } from "./export/coverage.js";
import { addExportCreate } from "./export/create.js";
import { addExportDelete } from "./export/delete.js";
import { addExportGet } from "./export/get.js";
import { addExportList } from "./export/list.js";
import { addExportTest } from "./export/test.js";
import { addExportUpdate } from "./export/update.js";

/** `refill export`: what to copy, from where to where. */
export function addExportCommands(parent: Command, line: CommandLine): void {
  const noun = parent
    .command("export")
    .summary("batch exports: what to copy, from where to where")
    .description(
      "Batch exports say what to copy, from where to where, and how time is cut into intervals.",
    );
  addCommonOptions(noun, { hidden: true });
  addExportCreate(noun, line);
  addExportList(noun, line);
  addExportGet(noun, line);
  addExportUpdate(noun, line);
  addExportDelete(noun, line);
  addExportTest(noun, line);
  addExportCoverage(noun, line);
}
