import type { Command } from "commander";
import type { BackfillStatus } from "../../../domain/backfills/status.js";
import { listBackfills } from "../../../operations/backfills/read-backfill.js";
import { backfillsTable } from "../../backfills/backfill-view.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import {
  parseBackfillStatus,
  parseLimit,
} from "../../options/option-values.js";

interface ListOptions {
  readonly export?: string;
  readonly status?: BackfillStatus;
  readonly limit: number;
}

/** `refill backfill list`. */
export function addBackfillList(parent: Command, line: CommandLine): void {
  const command = parent
    .command("list")
    .summary("list the backfills, the latest first")
    .description("Lists the backfills, the latest first.")
    .option(
      "--export <export>",
      "only of this batch export: its id or its name",
    )
    .option("--status <status>", "only with this status", parseBackfillStatus)
    .option("--limit <n>", "this many at most", parseLimit, 100)
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill list
  $ refill backfill list --export flights --status Running
  $ refill backfill list --limit 1 --json | jq -r '.[0].id'`,
    );
  addCommonOptions(command);
  onInvoke<[], ListOptions>(command, line, {
    body: async ({ options, config, team, output }) => {
      const listed = await withContext({ config }, (context) =>
        listBackfills(context, {
          export: options.export ?? null,
          team,
          status: options.status ?? null,
          limit: options.limit,
        }),
      );
      const backfills = listed.map(({ backfill }) => backfill);
      await output.result(backfills, () => backfillsTable(listed));
      return 0;
    },
  });
}
