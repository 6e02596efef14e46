import type { Command } from "commander";
import { openTracing, SERVICE_FLUSH_MS } from "../../telemetry/open-tracing.js";
import { API_CONNECTIONS, openContext } from "../context.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../invocation.js";
import { programLog } from "../process/program-log.js";
import { interruption } from "../terminal/interruption.js";

const DEFAULT_PORT = 8_088;

/** `refill server`. */
export function addServer(parent: Command, line: CommandLine): void {
  const command = parent
    .command("server")
    .summary("serve the REST API")
    .description(
      "Serves the REST API on REFILL_API_HOST and REFILL_API_PORT (127.0.0.1:8088) for the servers that DATABASE_URL and TEMPORAL_ADDRESS name, else for a running `refill dev`. Every request but the health checks needs a key; see refill key create.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ DATABASE_URL=... TEMPORAL_ADDRESS=... refill server
  $ REFILL_API_PORT=9000 refill server`,
    );
  addCommonOptions(command);
  onInvoke<[]>(command, line, {
    interrupts: "own",
    isService: true,
    body: run,
  });
}

async function run({ config, output, surroundings }: Invocation<[], object>) {
  const { signal } = surroundings;
  const say = programLog(output, config.logFormat);
  const tracing = await openTracing({
    settings: config.tracing,
    service: "refill-server",
    say,
  });
  const open = await openContext({
    config,
    tracing,
    connections: API_CONNECTIONS,
  });
  try {
    // Loaded late: no other command serves.
    const { serveApi } = await import("../../api/serve-api.js");
    const server = await serveApi({
      context: open.context,
      ...config.api,
      port: config.api.port ?? DEFAULT_PORT,
      access: "keys",
      say,
      tracing,
    });
    await output.result({ api_url: server.url }, () => `${server.url}\n`);
    await interruption(signal);
    await server.close();
    return 0 as const;
  } finally {
    await open.close();
    await tracing.close(SERVICE_FLUSH_MS);
  }
}
