import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";

/** Writes a file that only its owner can read, in one step: a reader sees the old content or the new, never a part. */
export async function writePrivateFile(
  path: string,
  content: string,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The file's text; null when there is no such file. */
export async function readFileOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** The JSON document in the file; null when the file is absent or holds no JSON (a torn or foreign file). */
export async function readJsonOrNull(path: string): Promise<unknown> {
  const text = await readFileOrNull(path);
  return text === null ? null : parseJsonOrNull(text);
}

/** The JSON document that a text is; null when it is none. */
export function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Recognises Node's own file and process errors by their code, in any realm. */
export function isErrno(error: unknown, code: string): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    (error as { code?: unknown }).code === code
  );
}
