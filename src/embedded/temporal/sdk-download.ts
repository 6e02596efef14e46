import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { compiledProgram } from "../process/compiled-program.js";
import { waitUntil } from "../process/wait-until.js";

/** Without a network it fails within a second; a network that swallows packets must not hold us up. */
const defaultLimits = { firstByteMs: 10_000, wholeMs: 120_000 };

export interface SdkDownloadOptions {
  readonly cacheDir: string;
  readonly target: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** What downloads into the folder that is its argument. */
  readonly program?: string;
  readonly limits?: typeof defaultLimits;
}

/**
 * Lets Temporal's SDK download the binary it would use itself, and moves it to `target`. Answers false when that fails
 * for whatever reason: there are other ways.
 */
export async function downloadWithSdk({
  cacheDir,
  target,
  say,
  signal,
  program = compiledProgram("temporal/sdk-download-program"),
  limits = defaultLimits,
}: SdkDownloadOptions): Promise<boolean> {
  say("Temporal: trying the download of Temporal's SDK (60 MB)");
  const folder = join(cacheDir, `download-temporal-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const problem = await runDownloader({ program, folder, limits, signal });
    const file = (await filesIn(folder)).find(isFinished);
    if (file === undefined) {
      say(`Temporal: the download of Temporal's SDK failed: ${problem}`);
      return false;
    }
    await chmod(file, 0o755);
    await rename(file, target);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Says what may have been wrong. Its exit code doesn't matter: the SDK also fails when the server is slow to answer after a
 * good download.
 */
async function runDownloader({
  program,
  folder,
  limits,
  signal,
}: {
  readonly program: string;
  readonly folder: string;
  readonly limits: typeof defaultLimits;
  readonly signal: AbortSignal | undefined;
}): Promise<string> {
  const child = fork(program, [folder], { stdio: "ignore" });
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted === true) kill();
  const end = endOf(child);
  try {
    const within = (timeoutMs: number, look: () => Promise<boolean>) =>
      waitUntil(async () => end.came || (await look()), { timeoutMs });
    if (!(await within(limits.firstByteMs, () => hasBytes(folder)))) {
      return `not a byte came within ${limits.firstByteMs / 1_000} s`;
    }
    if (!(await within(limits.wholeMs, () => Promise.resolve(false)))) {
      return `it took longer than ${limits.wholeMs / 1_000} s`;
    }
    return "it can't be reached from here";
  } finally {
    signal?.removeEventListener("abort", kill);
    kill();
    await end.waited;
  }
}

function endOf(child: ChildProcess): { came: boolean; waited: Promise<void> } {
  const end = { came: false, waited: Promise.resolve() };
  end.waited = new Promise((resolve) => {
    const ended = () => {
      end.came = true;
      resolve();
    };
    child.once("error", ended);
    child.once("exit", ended);
  });
  return end;
}

async function hasBytes(folder: string): Promise<boolean> {
  for (const file of await filesIn(folder)) {
    // The file may just have been given its last name.
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > 0) return true;
  }
  return false;
}

/** The SDK writes to `NAME.downloading` and renames when it is whole. */
function isFinished(file: string): boolean {
  return !file.includes(".downloading");
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.map((name) => join(folder, name));
}
