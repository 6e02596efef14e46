import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type LaunchedServer, launchServer } from "../launched-server.js";
import type { RecordKeeper } from "../record-keeper.js";
import { defaultWatchLimits, type WatchLimits } from "../watchdog.js";
import { ensureTemporalBinary } from "./temporal-binary.js";
import {
  describeNamespace,
  keptTemporal,
  temporalAnswers,
} from "./temporal-server.js";

/**
 * Temporal's dev server with its Web UI; its state is the SQLite file `temporal/temporal.db` in the data dir.
 * @throws RefillError SERVERS_NOT_STARTED, INTERRUPTED
 */
export async function launchTemporal({
  dataDir,
  cacheDir,
  say,
  temporalCommand = "temporal",
  dynamicConfig = {},
  temporalWatch = defaultWatchLimits,
  signal,
  records,
}: {
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly say: (line: string) => void;
  /** A path, or the name that is looked up on PATH first. */
  readonly temporalCommand?: string;
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  readonly temporalWatch?: WatchLimits;
  readonly signal?: AbortSignal;
  readonly records: RecordKeeper;
}): Promise<LaunchedServer> {
  const { command } = await ensureTemporalBinary({
    command: temporalCommand,
    cacheDir,
    say,
    signal,
  });
  // Workflow inputs and results are nobody else's business: the folder is closed, whatever the umask.
  const folder = join(dataDir, "temporal");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const databaseFile = join(folder, "temporal.db");
  const logFile = join(dataDir, "logs", "temporal.log");
  return launchServer({
    name: "Temporal",
    recordName: "temporal",
    portCount: 2,
    logFile,
    records,
    say,
    signal,
    kept: ([rpc = 0, ui = 0]) =>
      keptTemporal({
        command,
        databaseFile,
        ports: { rpc, ui },
        dynamicConfig,
        logFile,
      }),
    answers: (server, [rpc = 0, ui = 0]) =>
      temporalAnswers({ server, ports: { rpc, ui }, logFile, signal }),
    watch: {
      answers: ([rpc = 0], withinMs) =>
        describeNamespace(`127.0.0.1:${rpc}`, withinMs),
      limits: temporalWatch,
    },
    url: ([rpc = 0]) => `127.0.0.1:${rpc}`,
    uiUrl: ([, ui = 0]) => `http://127.0.0.1:${ui}`,
  });
}
