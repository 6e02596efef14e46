import { readFile, rename, rm, stat } from "node:fs/promises";
import { isErrno } from "./private-file.js";

const maxLogSizeBytes = 10 * 1024 * 1024;

/** Moves a log that has grown past 10 MiB aside, so that starts add up to two such files at most. */
export async function rotateLog(path: string): Promise<void> {
  try {
    const { size } = await stat(path);
    if (size <= maxLogSizeBytes) return;
    await rm(`${path}.1`, { force: true });
    await rename(path, `${path}.1`);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** The last lines of a log, for an error message: at most 5, on one line. */
export async function lastLogLines(path: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8");
    return text.trimEnd().split("\n").slice(-5).join(" | ").slice(-1_000);
  } catch {
    return "";
  }
}
