import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { buildWithGo, type GoProgram } from "../process/go-build.js";
import { type ProcessLock, takeProcessLock } from "../process/process-lock.js";
import { pause } from "../process/wait-until.js";
import { downloadWithSdk } from "./sdk-download.js";
import { checkTemporalVersion, type TemporalBinary } from "./version.js";

/** The newest version that can be installed by version: later ones carry a `replace`, which `go install` refuses. */
const goProgram: GoProgram = {
  title: "Temporal",
  module: "github.com/temporalio/cli/cmd/temporal@v1.5.1",
  binary: "temporal",
  expectedSeconds: 240,
};

export interface TemporalBinaryOptions {
  /** The project's cache, shared by all data dirs of the user. */
  readonly cacheDir: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The name that is looked up on PATH. */
  readonly command?: string;
}

/**
 * A `temporal` that can run the server, and says which was taken: the one on PATH, else the one in the project's
 * cache, else the SDK's own download, else one built with Go into the cache (about 4 minutes, once).
 * @throws RefillError SERVERS_NOT_STARTED with all the ways when none works, INTERRUPTED when `signal` aborts
 */
export async function ensureTemporalBinary(
  options: TemporalBinaryOptions,
): Promise<TemporalBinary> {
  const { cacheDir, say } = options;
  const binary =
    (await onPath(options)) ??
    (await inCache(options)) ??
    (await makeOnce(options));
  if (binary === null) throw noBinary(cacheDir);
  say(
    `Temporal: using ${binary.command} (${binary.origin}, server ${binary.serverVersion})`,
  );
  return binary;
}

/** Where the project's cache keeps the binary. */
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

/** Two that start at once make one binary: the second waits and finds the first one's in the cache. */
async function makeOnce(
  options: TemporalBinaryOptions,
): Promise<TemporalBinary | null> {
  await mkdir(options.cacheDir, { recursive: true });
  const lock = await lockWhenFree(options);
  try {
    const made = await inCache(options);
    if (made !== null) return made;
    await removeUnfinished(options.cacheDir);
    return await make(options);
  } finally {
    await lock.release();
  }
}

/** A maker that was killed leaves its folder behind, with up to 250 MB. The caller holds the lock. */
async function removeUnfinished(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!/^(build|build-temporal|download)-[0-9a-f-]{36}$/.test(name)) continue;
    await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

async function make(
  options: TemporalBinaryOptions,
): Promise<TemporalBinary | null> {
  const target = cachedBinaryPath(options.cacheDir);
  if (await downloadWithSdk({ ...options, target })) {
    const origin = "downloaded by Temporal's SDK into the project's cache";
    const binary = await usable({ ...options, command: target, origin });
    if (binary !== null) return binary;
  }
  if (!(await buildWithGo({ ...options, program: goProgram, target })))
    return null;
  const origin = "built with Go into the project's cache";
  return usable({ ...options, command: target, origin });
}

async function lockWhenFree({
  cacheDir,
  say,
  signal,
}: TemporalBinaryOptions): Promise<ProcessLock> {
  const startedMs = Date.now();
  for (let looks = 0; ; looks += 1) {
    const taken = await takeProcessLock(join(cacheDir, "temporal.lock"));
    if ("release" in taken) return taken;
    if (signal?.aborted === true) throw interrupted();
    if (looks % 40 === 0) {
      const seconds = Math.round((Date.now() - startedMs) / 1_000);
      say(
        `Temporal: waiting for process ${taken.heldBy.pid}, which is making the binary (${seconds} s; a build takes about 4 minutes)`,
      );
    }
    await pause(250);
  }
}

function interrupted(): RefillError {
  return new RefillError(
    "INTERRUPTED",
    "Interrupted while waiting for Temporal's binary; start again to go on.",
  );
}

function noBinary(cacheDir: string): RefillError {
  return new RefillError(
    "SERVERS_NOT_STARTED",
    "Expected a Temporal server, found none. Any one of these will do: set TEMPORAL_ADDRESS and DATABASE_URL to running servers; " +
      `put Temporal's CLI on PATH (https://docs.temporal.io/cli) or at ${cachedBinaryPath(cacheDir)}; ` +
      `allow the download from temporal.download; or install Go 1.25 or newer, which builds ${goProgram.module}.`,
    { details: { cacheDir } },
  );
}
