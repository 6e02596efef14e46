import type { Command } from "commander";
import { closeGaps } from "../../../operations/coverage/close-gaps.js";
import { exportCoverage } from "../../../operations/coverage/export-coverage.js";
import { withContext } from "../../context.js";
import { coverageText, startedText } from "../../coverage/coverage-view.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";

interface CoverageOptions {
  readonly start?: string;
  readonly end?: string;
  readonly fix?: boolean;
}

/** `refill export coverage EXPORT`. */
export function addExportCoverage(parent: Command, line: CommandLine): void {
  const command = parent
    .command("coverage")
    .argument("<export>", "its id or its name")
    .summary("show which intervals are covered, and which are not")
    .description(
      "Shows which intervals are covered, stale (written under another definition), open (an open backfill is about to export them), failed and missing, across all backfills. From the ledger alone: `backfill verify` looks at the files.",
    )
    .option(
      "--start <time>",
      "from here on (default: from the first time that the ledger knows of)",
    )
    .option(
      "--end <time>",
      "up to here (default: the end of the last whole interval)",
    )
    .option(
      "--fix",
      "start the backfills that close the gaps: of what is missing or failed",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill export coverage flights
  $ refill export coverage flights --start 2001-01-01 --end 2002-01-01
  $ refill export coverage flights --start 2001-01-01 --fix
  $ refill export coverage flights --json | jq '.ranges[] | select(.state == "missing")'`,
    );
  addCommonOptions(command);
  onInvoke<[name: string], CoverageOptions>(command, line, {
    body: async ({ args, options, config, team, output }) => {
      const [name] = args;
      await withContext({ config }, async (context) => {
        const coverage = await exportCoverage(context, {
          export: name,
          team,
          start: options.start ?? null,
          end: options.end ?? null,
        });
        if (options.fix !== true) {
          await output.result(coverage, () => coverageText(coverage));
          return;
        }
        const backfills = await closeGaps(context, coverage);
        await output.result(
          { ...coverage, backfills },
          () => coverageText(coverage) + startedText(backfills),
        );
      });
      return 0;
    },
  });
}
