import type { Command } from "commander";
import {
  type Plan,
  planBackfill,
} from "../../../operations/plans/preview-plan.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import {
  addRangeOptions,
  quoted,
  rangeHelp,
  type RangeOptions,
  rangeWords,
} from "../../options/range-options.js";
import { planText } from "../../plans/plan-view.js";
import type { Output } from "../../terminal/output.js";

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
      "Shows what `start` with the same options would run: how many intervals and records, from where, how long, and what is in the way. A worker looks, because it is the worker that can reach the source; nothing is written.",
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
    interrupts: "call-off",
    body: async ({ args, options, config, team, output, surroundings }) => {
      const [name] = args;
      const { signal } = surroundings;
      await withContext({ config }, async (context) => {
        const request = requestOf(name, { team, options });
        const plan = await planBackfill(context, request, signal);
        if (options.all === true && output.json) await writeAll(plan, output);
        else await output.result(plan.object, () => text(plan, name, options));
      });
      return 0;
    },
  });
}

/** However many runs there are, this takes the memory of one page of them. */
async function writeAll(plan: Plan, output: Output): Promise<void> {
  const { runs: _firstAndLast, ...head } = plan.object;
  await output.jsonObject(head, { name: "runs", items: plan.allRuns() });
}

function text({ object }: Plan, name: string, options: PlanOptions): string {
  const start = `refill backfill start ${quoted(name)}${rangeWords(options)} --plan ${object.digest}`;
  return planText(object, { name, start, overlap: options.overlap });
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
    overlap: options.overlap,
  };
}
