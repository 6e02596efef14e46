import { type Command, Option } from "commander";
import type { RunObject } from "../../../contract/objects/run.js";
import type { RunStatus } from "../../../domain/backfills/status.js";
import { listRuns } from "../../../operations/runs/list-runs.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import {
  backfillArgument,
  parseLimit,
  parseOrdinal,
  parseRunStatus,
} from "../../options/option-values.js";
import { createRunsTable } from "../../runs/runs-view.js";
import type { Output } from "../../terminal/output.js";

interface RunsOptions {
  readonly status?: RunStatus;
  readonly limit: number;
  readonly after?: number;
  readonly all?: boolean;
}

/** Runs laid out at a time, so that any number of them takes the same memory. */
const blockSize = 500;

/** `refill backfill runs ID`. */
export function addBackfillRuns(parent: Command, line: CommandLine): void {
  const command = parent
    .command("runs")
    .addArgument(backfillArgument())
    .summary("list the runs of a backfill")
    .description(
      "Lists the runs of a backfill in the order of export, with their counts, files and errors.",
    )
    .option("--status <status>", "only with this status", parseRunStatus)
    .option("--limit <n>", "this many at most", parseLimit, 1000)
    .option("--after <ordinal>", "only runs after this one", parseOrdinal)
    .addOption(new Option("--all", "every run").conflicts("limit"))
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill runs 0f8fad5b-d9cb-469f-a165-70867728950e
  $ refill backfill runs 0f8fad5b-d9cb-469f-a165-70867728950e --status Failed
  $ refill backfill runs 0f8fad5b-d9cb-469f-a165-70867728950e --all --json > runs.json`,
    );
  addCommonOptions(command);
  onInvoke<[id: string], RunsOptions>(command, line, {
    body: async ({ args: [id], options, config, output }) => {
      await withContext({ config }, async (context) => {
        const runs = listRuns(context, {
          id,
          status: options.status ?? null,
          limit: options.all === true ? null : options.limit,
          after: options.after ?? null,
        });
        await (output.json ? output.jsonArray(runs) : writeTable(runs, output));
      });
      return 0;
    },
  });
}

async function writeTable(
  runs: AsyncIterable<RunObject>,
  output: Output,
): Promise<void> {
  const table = createRunsTable();
  let block: RunObject[] = [];
  for await (const run of runs) {
    block.push(run);
    if (block.length < blockSize) continue;
    await output.text(table.block(block));
    block = [];
  }
  await output.text(table.block(block));
}
