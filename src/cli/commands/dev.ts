import type { Command } from "commander";
import type { ApiServer } from "../../api/serve-api.js";
import type { Config } from "../../config/config.js";
import { RefillError } from "../../domain/errors.js";
import {
  type DevFile,
  devFilePath,
  writeDevFile,
} from "../../embedded/dev-file.js";
import type { Servers } from "../../embedded/servers.js";
import { migrate } from "../../store/database/migrate.js";
import {
  addCommonOptions,
  type CommandLine,
  type Invocation,
  onInvoke,
} from "../invocation.js";
import {
  startWorkerProcess,
  type WorkerProcess,
} from "../process/worker-process.js";
import { interruption, untilInterrupted } from "../terminal/interruption.js";
import { renderDetails } from "../terminal/table.js";

type Dev = Invocation<[], object>;

/** `refill dev`. */
export function addDev(parent: Command, line: CommandLine): void {
  const command = parent
    .command("dev")
    .summary(
      "start all that one machine needs: Postgres, Temporal, a worker, the API",
    )
    .description(
      "Starts Postgres, Temporal's dev server with its Web UI, a worker, and the REST API, and prints where they are as soon as all answer. Every other command finds them by the data dir. Ctrl-C stops all of it cleanly; a second start continues open backfills. The API listens on 127.0.0.1 and asks for no key.",
    )
    .addHelpText(
      "after",
      `
With --json: one document on stdout when all answer, without the password.

Examples:
  $ refill dev
  $ refill dev --data-dir /var/lib/refill-dev`,
    );
  addCommonOptions(command);
  onInvoke<[]>(command, line, {
    interrupts: "own",
    isService: true,
    body: run,
  });
}

async function run(invocation: Dev) {
  const { config, output, surroundings } = invocation;
  refuseExplicitServers(config);
  // Loaded late: no other command starts servers.
  const { startServers } = await import("../../embedded/servers.js");
  let servers: Servers | null = null;
  let worker: WorkerProcess | null = null;
  let api: ApiServer | null = null;
  try {
    servers = await startServers({
      dataDir: config.dataDir,
      cacheDir: config.cacheDir,
      say: output.notice,
      signal: surroundings.signal,
    });
    await migrate({ connectionString: servers.databaseUrl });
    worker = startWorker(invocation, servers);
    await untilInterrupted(worker.ready, surroundings.signal);
    api = await serveApi(invocation, servers);
    await announce(invocation, servers, api.url);
    await interruption(surroundings.signal);
  } catch (error) {
    // An interrupt is how this command ends, also while it starts.
    if (!surroundings.signal.aborted) throw error;
  } finally {
    // In this order: each needs the next one until its end.
    await api?.close();
    if (worker !== null) output.notice("Stopping the worker.");
    await worker?.stop();
    if (servers !== null) output.notice("Stopping Temporal and Postgres.");
    await servers?.stop();
  }
  return 0 as const;
}

function startWorker(
  { config, output, surroundings }: Dev,
  { databaseUrl, temporalAddress }: Servers,
): WorkerProcess {
  output.notice("Starting the worker.");
  return startWorkerProcess({
    servers: { databaseUrl, temporalAddress },
    surroundings: {
      ...surroundings,
      env: { ...surroundings.env, REFILL_DATA_DIR: config.dataDir },
    },
    graceMs: config.worker.shutdownGraceMs,
    say: output.notice,
  });
}

async function serveApi(invocation: Dev, servers: Servers): Promise<ApiServer> {
  // Loaded late: no other command serves.
  const { serveDevApi } = await import("../process/dev-api.js");
  return serveDevApi(invocation, servers);
}

/** Tells the other commands, by dev.json, and the operator. */
async function announce(
  { config, output }: Dev,
  servers: Servers,
  apiUrl: string,
): Promise<void> {
  const content: DevFile = {
    database_url: servers.databaseUrl,
    temporal_address: servers.temporalAddress,
    temporal_ui_url: servers.temporalUiUrl,
    api_url: apiUrl,
    pid: process.pid,
  };
  await writeDevFile(config.dataDir, content);
  const shown = {
    ...content,
    database_url: withoutPassword(content.database_url),
  };
  await output.result(shown, () => readyText(shown, config.dataDir));
}

function readyText(dev: DevFile, dataDir: string): string {
  const details = renderDetails([
    ["Page and API", dev.api_url === undefined ? "" : `${dev.api_url}/`],
    ["Temporal Web UI", dev.temporal_ui_url],
    ["Temporal", dev.temporal_address],
    ["Postgres", `${dev.database_url} (password in ${devFilePath(dataDir)})`],
    ["Data dir", dataDir],
  ]);
  return `Refill is ready.\n${details}Ctrl-C stops all of it; the next start continues open backfills.\n`;
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = "";
  return url.href;
}

function refuseExplicitServers({ servers }: Config): void {
  if (servers === null) return;
  throw new RefillError(
    "CONFIG_INVALID",
    "Expected no DATABASE_URL and TEMPORAL_ADDRESS for `refill dev`, which starts servers of its own, but both are set: unset them, or run `refill worker` against those servers.",
  );
}
