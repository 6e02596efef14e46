import type { Command } from "commander";
import {
  DEFAULT_PAUSE_FROM,
  DEFAULT_STOP_AFTER,
  startBackfill,
} from "../../../operations/backfills/start-backfill.js";
import { backfillDetails, watchHint } from "../../backfills/backfill-view.js";
import { waitForBackfill } from "../../backfills/watch.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
  tidyMs,
} from "../../invocation.js";
import {
  parseConcurrency,
  parseStopAfter,
  parseTimeLimit,
} from "../../options/option-values.js";
import {
  addRangeOptions,
  rangeHelp,
  type RangeOptions,
} from "../../options/range-options.js";
import { readPlan } from "../../plans/plan-file.js";
import { exitCodeOfStatus } from "../../terminal/exit-code.js";
import { untilInterrupted } from "../../terminal/interruption.js";

interface StartOptions extends RangeOptions {
  readonly concurrency: number;
  readonly stopAfter?: number;
  readonly plan?: string;
  readonly timeLimit?: number;
  readonly note?: string;
  readonly wait?: boolean;
}

type Start = Invocation<[name: string], StartOptions>;

/** `refill backfill start EXPORT`. */
export function addBackfillStart(parent: Command, line: CommandLine): void {
  const command = parent
    .command("start")
    .argument("<export>", "its id or its name")
    .summary("start a backfill")
    .description(
      "Starts a backfill and prints it at once; the work is the worker's. With --wait it shows progress and ends when the backfill has closed, or paused because of failures: 0 for Completed, else 1.",
    );
  addRangeOptions(command);
  addStartOptions(command);
  addCommonOptions(command);
  onInvoke<[name: string], StartOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run(invocation: Start) {
  const { config, options, output, surroundings } = invocation;
  const started = await untilInterrupted(
    start(invocation),
    surroundings.signal,
    { tidyMs: options.plan === undefined ? 0 : tidyMs },
  );
  if (options.wait !== true) {
    await output.result(
      started,
      () => backfillDetails(started) + watchHint(started.id),
    );
    return 0;
  }
  output.notice(`Started backfill ${started.id}.`);
  const { object, exitCode } = await waitForBackfill({
    config,
    surroundings,
    id: started.id,
    last: started,
    exitCodeOf: exitCodeOfStatus,
    endsWhenStuck: true,
  });
  await output.result(object, () => backfillDetails(object));
  return exitCode;
}

async function start({ args, options, config, team, surroundings }: Start) {
  const { signal } = surroundings;
  const [name] = args;
  const request = {
    export: name,
    team,
    start: options.start ?? null,
    end: options.end ?? null,
    order: options.order,
    only: options.only,
    overlap: options.overlap,
    concurrency: options.concurrency,
    stopAfter: options.stopAfter ?? null,
    plan: options.plan === undefined ? null : await readPlan(options.plan),
    timeLimitMs: options.timeLimit ?? null,
    note: options.note ?? null,
  };
  return withContext({ config }, (context) =>
    startBackfill(context, request, signal),
  );
}

function addStartOptions(command: Command): void {
  command
    .option(
      "--concurrency <n>",
      "runs in flight at a time, at most 500",
      parseConcurrency,
      4,
    )
    .option(
      "--stop-after <k>",
      `pause once so many runs in a row have failed alike; 0: never (default: ${DEFAULT_STOP_AFTER}, while ${DEFAULT_PAUSE_FROM} or more are open)`,
      parseStopAfter,
    )
    .option(
      "--plan <digest|file>",
      "refuse to start if the plan would be another than the one with this digest, or in this file, kept from `plan --json`: then it says how they differ",
    )
    .option(
      "--time-limit <duration>",
      "end the backfill as TimedOut after this long (30m, 6h, 2d); the wait of a queued one does not count",
      parseTimeLimit,
    )
    .option("--note <text>", "why, for whoever looks at it later")
    .option("--wait", "show progress until it has closed")
    .addHelpText(
      "after",
      `${rangeHelp}

Examples:
  $ refill backfill start flights --wait
  $ refill backfill start flights --start 2001-03-01 --end 2001-04-01 --concurrency 8
  $ refill backfill start flights --plan "$(refill backfill plan flights --json | jq -r .digest)"`,
    );
}
