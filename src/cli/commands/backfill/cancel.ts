import { type Command, Option } from "commander";
import type { CancelMode } from "../../../domain/backfills/cancel-mode.js";
import { isOpen } from "../../../domain/backfills/status.js";
import { cancelBackfill } from "../../../operations/backfills/cancel-backfill.js";
import { backfillDetails } from "../../backfills/backfill-view.js";
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
import { exitCodeOfCancel } from "../../terminal/exit-code.js";
import { untilInterrupted } from "../../terminal/interruption.js";

interface CancelOptions extends ReasonOption {
  readonly drain?: boolean;
  readonly abort?: boolean;
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
    .addOption(
      new Option(
        "--drain",
        "let the exports that run come to their end",
      ).conflicts("abort"),
    )
    .addOption(
      new Option(
        "--abort",
        "terminate the workflow, for one that no longer listens: it shows as Terminated at once",
      ),
    )
    .option("--wait", "wait until it has closed")
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill cancel 0f8fad5b-d9cb-469f-a165-70867728950e --wait
  $ refill backfill cancel 0f8fad5b-d9cb-469f-a165-70867728950e --drain --reason "wrong month"`,
    );
  addReasonOption(command);
  addCommonOptions(command);
  onInvoke<[id: string], CancelOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run(invocation: Cancel) {
  const { args, config, options, output, surroundings } = invocation;
  const [id] = args;
  const { backfill, remarks, acknowledged, warning } = await untilInterrupted(
    cancel(invocation),
    surroundings.signal,
  );
  if (warning !== null) output.notice(warning);
  if (options.wait !== true) {
    await output.result(backfill, () => backfillDetails(backfill, remarks));
    if (acknowledged && isOpen(backfill.status)) {
      output.notice("A worker took it up.");
    }
    return 0;
  }
  const { object, exitCode } = await waitForBackfill({
    config,
    surroundings,
    id,
    last: backfill,
    exitCodeOf: exitCodeOfCancel(modeOf(options)),
  });
  await output.result(object, () => backfillDetails(object));
  return exitCode;
}

async function cancel({ args, options, config }: Cancel) {
  const [id] = args;
  return withContext({ config }, (context) =>
    cancelBackfill(context, {
      id,
      reason: options.reason ?? null,
      mode: modeOf(options),
    }),
  );
}

function modeOf({ drain, abort }: CancelOptions): CancelMode {
  if (abort === true) return "abort";
  return drain === true ? "drain" : "stop";
}
