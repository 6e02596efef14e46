import type { Command } from "commander";
import { explainRun } from "../../../operations/runs/explain-run.js";
import { withContext } from "../../context.js";
import {
  addCommonOptions,
  type CommandLine,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";
import { runStoryText } from "../../runs/run-story-view.js";

/** `refill backfill explain ID RUN`. */
export function addBackfillExplain(parent: Command, line: CommandLine): void {
  const command = parent
    .command("explain")
    .addArgument(backfillArgument())
    .argument("<run>", "its number, or a time inside of its interval")
    .summary("tell the whole story of one run")
    .description(
      "Tells why a run was planned, each attempt at it with its worker and its error, and who wrote what stands at the destination.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ refill backfill explain 0f8fad5b-d9cb-469f-a165-70867728950e 17
  $ refill backfill explain 0f8fad5b-d9cb-469f-a165-70867728950e 2001-03-01 --json | jq .attempts`,
    );
  addCommonOptions(command);
  onInvoke<[id: string, run: string]>(command, line, {
    body: async ({ args: [id, run], config, output }) => {
      const story = await withContext({ config }, (context) =>
        explainRun(context, { id, run }),
      );
      await output.result(story, () => runStoryText(story));
      return 0;
    },
  });
}
