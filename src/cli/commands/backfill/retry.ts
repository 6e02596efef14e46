import type { Command } from "commander";
import { retryBackfill } from "../../../operations/backfills/retry-backfill.js";
import { backfillDetails, watchHint } from "../../backfills/backfill-view.js";
import {
  addReasonOption,
  type ReasonOption,
} from "../../backfills/control-command.js";
import { waitForBackfill } from "../../backfills/watch.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";
import { exitCodeOfStatus } from "../../terminal/exit-code.js";
import { untilInterrupted } from "../../terminal/interruption.js";

interface RetryOptions extends ReasonOption {
  readonly wait?: boolean;
}

type Retry = Invocation<[id: string], RetryOptions>;

/** `refill backfill retry ID`. */
export function addBackfillRetry(parent: Command, line: CommandLine): void {
  const command = parent
    .command("retry")
    .addArgument(backfillArgument())
    .summary("reopen a closed backfill for what is not completed")
    .description(
      "Opens a closed backfill again and runs only what is not completed, from its stored plan and under the definition that it was planned with, whatever was edited since. With --wait it ends when the backfill has closed, or paused because of failures: 0 for Completed, else 1.",
    );
  addReasonOption(command);
  command.option("--wait", "show progress until it has closed").addHelpText(
    "after",
    `
Examples:
  $ refill backfill retry 0f8fad5b-d9cb-469f-a165-70867728950e --wait
  $ refill backfill retry 0f8fad5b-d9cb-469f-a165-70867728950e --reason "the disk has space again"`,
  );
  addCommonOptions(command);
  onInvoke<[id: string], RetryOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run(invocation: Retry) {
  const { args, config, options, output, surroundings } = invocation;
  const [id] = args;
  const retried = await untilInterrupted(
    retry(invocation),
    surroundings.signal,
  );
  if (options.wait !== true) {
    await output.result(
      retried,
      () => backfillDetails(retried) + watchHint(retried.id),
    );
    return 0;
  }
  const { object, exitCode } = await waitForBackfill({
    config,
    surroundings,
    id,
    last: retried,
    exitCodeOf: exitCodeOfStatus,
    endsWhenStuck: true,
  });
  await output.result(object, () => backfillDetails(object));
  return exitCode;
}

function retry({ args, config, options }: Retry) {
  const [id] = args;
  return withContext({ config }, (context) =>
    retryBackfill(context, { id, reason: options.reason ?? null }),
  );
}
