import type { Command } from "commander";
import { planBackfill } from "../../../operations/plan-backfill.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { planText } from "../../plan-view.js";
import {
  addRangeOptions,
  quoted,
  rangeHelp,
  type RangeOptions,
  rangeWords,
} from "../../range-options.js";

interface PlanOptions extends RangeOptions {
  readonly all?: boolean;
}

/** `refill backfill plan EXPORT`. */
export function addBackfillPlan(parent: Command, line: CommandLine): void {
  const command = parent
    .command("plan")
    .argument("<export>", "its id or its name")
    .summary("show what a backfill would run; touches nothing")
    .description(
      "Shows what `start` with the same options would run: how many intervals and records, from where, how long, and what is in the way. Writes nothing.",
    );
  addRangeOptions(command);
  command
    .option("--all", "with --json: every run, not only the first and last 500")
    .addHelpText(
      "after",
      `${rangeHelp}

Examples:
  $ refill backfill plan flights
  $ refill backfill plan flights --start 2001-03-01 --end 2001-04-01
  $ refill backfill plan flights --json --all`,
    );
  addCommonOptions(command);
  onInvoke<[name: string], PlanOptions>(command, line, {
    body: async ({ args, options, config, team, output, surroundings }) => {
      const [name] = args;
      const { env, signal } = surroundings;
      const plan = await withContext({ config, env }, (context) =>
        planBackfill(context, requestOf(name, { team, options }), signal),
      );
      const start = `refill backfill start ${quoted(name)}${rangeWords(options)} --plan ${plan.digest}`;
      await output.result(plan, () => planText(plan, { name, start }));
      return 0;
    },
  });
}

function requestOf(
  name: string,
  {
    team,
    options,
  }: { readonly team: number | null; readonly options: PlanOptions },
) {
  return {
    export: name,
    team,
    start: options.start ?? null,
    end: options.end ?? null,
    order: options.order,
    only: options.only,
    allRuns: options.all === true,
  };
}
