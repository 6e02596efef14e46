import type { Command } from "commander";
import type { RunStatus } from "../../../domain/backfills/status.js";
import { listLiveRuns } from "../../../operations/schedules/list-live-runs.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import {
  parseLimit,
  parseRunStatus,
  scheduleArgument,
} from "../../options/option-values.js";
import { createRunsTable } from "../../runs/runs-view.js";

interface RunsOptions {
  readonly status?: RunStatus;
  readonly limit: number;
}

/** `refill schedule runs SCHEDULE`. */
export function addScheduleRuns(parent: Command, line: CommandLine): void {
  const command = parent
    .command("runs")
    .addArgument(scheduleArgument())
    .summary("list the live runs of a schedule, the latest first")
    .description(
      "Lists the live runs of a schedule, by their intervals, the latest first. They belong to no backfill.",
    )
    .option("--status <status>", "only with this status", parseRunStatus)
    .option("--limit <n>", "this many at most", parseLimit, 1000)
    .addHelpText(
      "after",
      `
Examples:
  $ refill schedule runs flights --limit 10
  $ refill schedule runs flights --status Failed --json`,
    );
  addCommonOptions(command);
  onInvoke<[schedule: string], RunsOptions>(command, line, {
    body: async ({ args, options, config, team, output }) => {
      const [schedule] = args;
      const runs = await withContext({ config }, (context) =>
        listLiveRuns(
          context,
          { schedule, team },
          { status: options.status ?? null, limit: options.limit },
        ),
      );
      await output.result(runs, () => createRunsTable().block(runs));
      return 0;
    },
  });
}
