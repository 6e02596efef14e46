import type { Command } from "commander";
import { toJson } from "../../../contract/json.js";
import type { BackfillObject } from "../../../contract/objects/backfill.js";
import { openBackfillPage } from "../../backfills/backfill-page.js";
import { closingText } from "../../backfills/description-view.js";
import { watchBackfill } from "../../backfills/watch.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../../invocation.js";
import { backfillArgument } from "../../options/option-values.js";
import { exitCodeOfStatus } from "../../terminal/exit-code.js";
import type { Output } from "../../terminal/output.js";

interface WatchOptions {
  readonly open?: boolean;
}

/** `refill backfill watch ID`. */
export function addBackfillWatch(parent: Command, line: CommandLine): void {
  const command = parent
    .command("watch")
    .addArgument(backfillArgument())
    .summary("watch a backfill to its end, with a progress bar")
    .description(
      "Watches a backfill until it has closed: runs, records, rate, ETA and failures. Ends with 0 for Completed, else 1. Ctrl-C stops the watching, not the backfill.",
    )
    .option(
      "--open",
      "open the backfill's page in the browser as well, and print its link",
    )
    .addHelpText(
      "after",
      `
With --json: the object on a line of its own whenever it changed, the last one closed.

Examples:
  $ refill backfill watch 0f8fad5b-d9cb-469f-a165-70867728950e
  $ refill backfill watch 0f8fad5b-d9cb-469f-a165-70867728950e --open
  $ refill backfill watch 0f8fad5b-d9cb-469f-a165-70867728950e --json | jq .progress.progress`,
    );
  addCommonOptions(command);
  onInvoke<[id: string], WatchOptions>(command, line, {
    interrupts: "own",
    body: run,
  });
}

async function run({
  args: [id],
  options,
  config,
  output,
  surroundings,
}: Invocation<[id: string], WatchOptions>) {
  const request = { config, surroundings, id };
  if (options.open === true) await openBackfillPage({ ...request, output });
  const closed = await watchBackfill(
    output.json ? { ...request, onChange: changesTo(output) } : request,
  );
  if (!output.json) await output.text(closingText(closed));
  return exitCodeOfStatus(closed.status);
}

/** Writes an object when it differs from the one before. */
function changesTo(output: Output): (object: BackfillObject) => Promise<void> {
  let written = "";
  return async (object) => {
    const line = toJson(object);
    if (line === written) return;
    written = line;
    await output.jsonLine(object);
  };
}
