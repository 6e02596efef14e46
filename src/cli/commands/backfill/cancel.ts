import type { Command } from "commander";
import { cancelBackfill } from "../../../operations/cancel-backfill.js";
import { backfillDetails } from "../../backfill-view.js";
import { withContext } from "../../context.js";
import { exitCodeOfCancel } from "../../exit-code.js";
import { untilInterrupted } from "../../interruption.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../option-values.js";
import { waitForBackfill } from "../../watch.js";

interface CancelOptions {
  readonly reason?: string;
  readonly wait?: boolean;
}

type Cancel = Invocation<[id: string], CancelOptions>;

/** `refill backfill cancel ID`. */
export function addBackfillCancel(parent: Command, line: CommandLine): void {
  const command = parent
    .command("cancel")
    .addArgument(backfillArgument())
    .summary("cancel a backfill")
    .description(
      "Asks a backfill to stop. It shows as Cancelled when the exports that run have stopped; what was exported stays. With --wait it ends then: 0 for Cancelled or Completed, else 1.",
    )
    .option("--reason <text>", "why, for whoever looks at it later")
    .option("--wait", "wait until it has closed")
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill cancel 0f8fad5b-d9cb-469f-a165-70867728950e --wait
  $ refill backfill cancel 0f8fad5b-d9cb-469f-a165-70867728950e --reason "wrong month"`,
    );
  addCommonOptions(command);
  onInvoke<[id: string], CancelOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run(invocation: Cancel) {
  const { args, config, options, output, surroundings } = invocation;
  const [id] = args;
  const { backfill, acknowledged, warning } = await untilInterrupted(
    cancel(invocation),
    surroundings.signal,
  );
  if (warning !== null) output.notice(warning);
  if (options.wait !== true) {
    await output.result(backfill, () => backfillDetails(backfill));
    if (acknowledged) output.notice("A worker took it up.");
    return 0;
  }
  const { object, exitCode } = await waitForBackfill({
    config,
    surroundings,
    id,
    last: backfill,
    exitCodeOf: exitCodeOfCancel,
  });
  await output.result(object, () => backfillDetails(object));
  return exitCode;
}

async function cancel({ args, options, config, surroundings }: Cancel) {
  const { env } = surroundings;
  const [id] = args;
  return withContext({ config, env }, (context) =>
    cancelBackfill(context, { id, reason: options.reason ?? null }),
  );
}
