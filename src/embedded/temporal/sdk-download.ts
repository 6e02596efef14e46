import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { compiledProgram } from "../process/compiled-program.js";

/** About 60 MB. Without a network it fails within a second; a network that swallows packets must not hold us up. */
const downloadTimeoutMs = 120_000;

/**
 * Lets Temporal's SDK download the binary it would use itself, and moves it to `target`. Answers false when that fails
 * for whatever reason: there are other ways.
 */
export async function downloadWithSdk({
  cacheDir,
  target,
  say,
  signal,
}: {
  readonly cacheDir: string;
  readonly target: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}): Promise<boolean> {
  say(
    `Temporal: no ready binary; trying the download of Temporal's SDK (60 MB, ${downloadTimeoutMs / 1_000} s at most)`,
  );
  const folder = join(cacheDir, `download-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    await runDownloader(folder, signal);
    const [file] = await finishedDownloads(folder);
    if (file === undefined) {
      say("Temporal: the download is not possible here");
      return false;
    }
    await chmod(file, 0o755);
    await rename(file, target);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its exit code does not matter: the SDK also fails when the server is slow to answer after a good download. */
function runDownloader(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const child = fork(
      compiledProgram("temporal/sdk-download-program"),
      [folder],
      {
        stdio: "ignore",
        timeout: downloadTimeoutMs,
        killSignal: "SIGKILL",
        ...(signal === undefined ? {} : { signal }),
      },
    );
    child.once("error", () => {
      resolve();
    });
    child.once("exit", () => {
      resolve();
    });
  });
}

/** The SDK writes to `NAME.downloading` and renames when it is whole. */
async function finishedDownloads(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => !name.includes(".downloading"))
    .map((name) => join(folder, name));
}
