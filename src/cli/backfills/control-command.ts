import type { Command } from "commander";
import type { CommandOutcome } from "../../operations/backfills/command-backfill.js";
import type { OperationContext } from "../../operations/context.js";
import { withContext } from "../context.js";
import { addCommonOptions, type CommandLine, onInvoke } from "../invocation.js";
import { backfillDetails } from "./backfill-view.js";

export interface ReasonOption {
  readonly reason?: string;
}

/** Adds `--reason`, which every control of a backfill takes. */
export function addReasonOption(command: Command): void {
  command.option("--reason <text>", "why, for whoever looks at it later");
}

/** Lets a command send a control to a backfill and print the backfill as it is then. */
export function onControl(
  command: Command,
  line: CommandLine,
  send: (
    context: OperationContext,
    request: {
      readonly id: string;
      readonly reason: string | null;
      /** What follows the id. */
      readonly words: readonly string[];
    },
  ) => Promise<CommandOutcome>,
): void {
  addReasonOption(command);
  addCommonOptions(command);
  onInvoke<[id: string, ...words: string[]], ReasonOption>(command, line, {
    body: async ({ args: [id, ...words], config, options, output }) => {
      const { backfill, remarks, acknowledged, warning } = await withContext(
        { config },
        (context) =>
          send(context, { id, reason: options.reason ?? null, words }),
      );
      await output.result(backfill, () => backfillDetails(backfill, remarks));
      if (warning !== null) output.notice(warning);
      if (acknowledged) output.notice("A worker took it up.");
      return 0;
    },
  });
}
