import { type Command, Option } from "commander";
import type { Config } from "../../config/config.js";
import { findServers } from "../../embedded/find-servers.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../invocation.js";
import { parseMaxConcurrentExports } from "../options/option-values.js";
import { programLog } from "../process/program-log.js";
import { meetSupervisor, supervisedFlag } from "../process/supervisor.js";

interface WorkerOptions {
  readonly maxConcurrentExports?: number;
  readonly supervised?: boolean;
}

/** `refill worker`. */
export function addWorker(parent: Command, line: CommandLine): void {
  const command = parent
    .command("worker")
    .summary("run a worker: it plans and exports")
    .description(
      "Runs a worker against the servers that DATABASE_URL and TEMPORAL_ADDRESS name, else against a running `refill dev`. Ctrl-C lets running exports end within the grace, then ends with 0.",
    )
    .option(
      "--max-concurrent-exports <n>",
      "runs exported at a time (default: $REFILL_MAX_CONCURRENT_EXPORTS, else 16)",
      parseMaxConcurrentExports,
    )
    .addOption(new Option(supervisedFlag).hideHelp())
    .addHelpText(
      "after",
      `
With --json: the log on stderr, one JSON document a line.

Examples:
  $ DATABASE_URL=... TEMPORAL_ADDRESS=... refill worker
  $ refill worker --max-concurrent-exports 4 --json`,
    );
  addCommonOptions(command);
  onInvoke<[], WorkerOptions>(command, line, {
    interrupts: "own",
    isService: true,
    body: run,
  });
}

async function run(invocation: Invocation<[], WorkerOptions>) {
  const { options, output, surroundings } = invocation;
  const config = limited(invocation.config, options);
  // Loaded late: no other command needs Temporal's worker.
  const { runWorker } = await import("../../worker/run-worker.js");
  const say = programLog(output, config.logFormat);
  if (options.supervised !== true) {
    const servers = await findServers({ config });
    await runWorker({ config, ...servers, signal: surroundings.signal, say });
    return 0 as const;
  }
  const { servers, ready, gone } = await meetSupervisor();
  await runWorker({
    config,
    ...servers,
    signal: AbortSignal.any([surroundings.signal, gone]),
    say,
    onReady: ready,
  });
  return 0 as const;
}

function limited(config: Config, options: WorkerOptions): Config {
  const maxConcurrentExports =
    options.maxConcurrentExports ?? config.worker.maxConcurrentExports;
  return { ...config, worker: { ...config.worker, maxConcurrentExports } };
}
