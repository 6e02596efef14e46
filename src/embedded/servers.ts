import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../domain/errors.js";
import { lockDataDir } from "./data-dir-lock.js";
import { removeDevFile } from "./dev-file.js";
import type { LaunchedServer } from "./launched-server.js";
import { stopLeftovers } from "./leftovers.js";
import { removeClusterHome } from "./postgres/cluster-home.js";
import { launchPostgres } from "./postgres/launch-postgres.js";
import { isErrno } from "./process/private-file.js";
import type { ProcessLock } from "./process/process-lock.js";
import { RecordKeeper } from "./record-keeper.js";
import { readServerRecords } from "./server-records.js";
import { launchTemporal } from "./temporal/launch-temporal.js";
import type { WatchLimits } from "./watchdog.js";

export interface StartServersOptions {
  /** Where the servers' state is kept; made when it is missing. */
  readonly dataDir: string;
  /** The user's cache for the binaries, shared by all data dirs. */
  readonly cacheDir: string;
  /** Gets one line for every step that may take a while, and for what happens to the servers later. */
  readonly say: (line: string) => void;
  /** The `temporal` to use, where it isn't the one on PATH or in the cache. */
  readonly temporalCommand?: string;
  /** Further dynamic configuration of Temporal's server: values are JSON. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  /** When Temporal is taken to hang. */
  readonly temporalWatch?: WatchLimits;
  /** Aborting ends a start that is under way; servers that are up are stopped by `stop`. */
  readonly signal?: AbortSignal;
}

/**
 * The servers of a development set-up.
 * @internal for tests
 */
export type ServerName = "postgres" | "temporal";

/** Running servers. One that ends by itself is started again on the same port. */
export interface Servers {
  /** The superuser's connection to the database `refill`, with its password: never print it. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** The servers' own processes as of now; null while one is down. */
  readonly pids: Readonly<Record<ServerName, number | null>>;
  /** Stops one server and leaves it down. */
  hold(name: ServerName): Promise<void>;
  /** Starts a server that is down, and returns when it answers. */
  release(name: ServerName): Promise<void>;
  /** Stops Temporal, then Postgres, and frees the data dir. Stop the worker before. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres and Temporal's dev server on 127.0.0.1 and returns when both answer. They stop by themselves when
 * this process dies, however it dies; their state stays in the data dir for the next start.
 * @throws RefillError SERVERS_ALREADY_RUNNING, SERVERS_NOT_STARTED, INTERRUPTED (`signal` aborted); nothing runs then
 */
export async function startServers(
  options: StartServersOptions,
): Promise<Servers> {
  const dataDir = await makeDataDir(options.dataDir);
  const lock = await lockDataDir(dataDir);
  try {
    await removeDevFile(dataDir);
    await stopLeftovers({ dataDir, say: options.say });
    const records = new RecordKeeper(dataDir, await readServerRecords(dataDir));
    const launched = await launchBoth({ options, dataDir, records });
    return new RunningServers({ ...launched, lock, dataDir, records });
  } catch (error) {
    await lock.release();
    throw explained(error, options.signal);
  }
}

/** Removes a data dir with all that the servers keep, wherever it is. Nothing may run on it. */
export async function removeServersData(dataDir: string): Promise<void> {
  await removeClusterHome(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

/** Both at once. The first that fails ends the other's start: a build of 4 minutes is not waited for in vain. */
async function launchBoth({
  options,
  dataDir,
  records,
}: {
  readonly options: StartServersOptions;
  readonly dataDir: string;
  readonly records: RecordKeeper;
}): Promise<Readonly<Record<ServerName, LaunchedServer>>> {
  const failure = new AbortController();
  const signals = [failure.signal, options.signal ?? failure.signal];
  const signal = AbortSignal.any(signals);
  const shared = { ...options, dataDir, records, signal };
  const failed = (error: unknown): null => {
    failure.abort(error);
    return null;
  };
  const [postgres, temporal] = await Promise.all([
    launchPostgres(shared).catch(failed),
    launchTemporal(shared).catch(failed),
  ]);
  if (postgres !== null && temporal !== null && !signal.aborted) {
    return { postgres, temporal };
  }
  await temporal?.stop();
  await postgres?.stop();
  await records.written();
  throw signal.reason;
}

class RunningServers implements Servers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly #servers: Readonly<Record<ServerName, LaunchedServer>>;
  readonly #lock: ProcessLock;
  readonly #dataDir: string;
  readonly #records: RecordKeeper;
  #stopping: Promise<void> | null = null;

  constructor(parts: {
    readonly postgres: LaunchedServer;
    readonly temporal: LaunchedServer;
    readonly lock: ProcessLock;
    readonly dataDir: string;
    readonly records: RecordKeeper;
  }) {
    this.#servers = { postgres: parts.postgres, temporal: parts.temporal };
    this.databaseUrl = parts.postgres.url;
    this.temporalAddress = parts.temporal.url;
    this.temporalUiUrl = parts.temporal.uiUrl ?? "";
    this.#lock = parts.lock;
    this.#dataDir = parts.dataDir;
    this.#records = parts.records;
  }

  get pids(): Readonly<Record<ServerName, number | null>> {
    const { postgres, temporal } = this.#servers;
    return { postgres: postgres.pid(), temporal: temporal.pid() };
  }

  async hold(name: ServerName): Promise<void> {
    await this.#servers[name].hold();
  }

  async release(name: ServerName): Promise<void> {
    await this.#servers[name].release();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await removeDevFile(this.#dataDir);
    await this.#servers.temporal.stop();
    await this.#servers.postgres.stop();
    await this.#records.written();
    await this.#lock.release();
  }
}

async function makeDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(join(dataDir, "logs"), { recursive: true, mode: 0o755 });
    return await realpath(dataDir);
  } catch (cause) {
    const why = ["EACCES", "EPERM", "EROFS"].some((code) =>
      isErrno(cause, code),
    )
      ? "it can't be written"
      : String(cause);
    throw new RefillError(
      "SERVERS_NOT_STARTED",
      `Expected to make the data dir ${dataDir}, but ${why}: give another --data-dir, or set REFILL_DATA_DIR.`,
      { cause },
    );
  }
}

function explained(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted !== true) return error;
  return new RefillError(
    "INTERRUPTED",
    "Interrupted while the servers were starting; what was started is stopped again.",
    { cause: error },
  );
}
