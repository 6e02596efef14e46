import { open, opendir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { StoredObject } from "../../destination.js";
import { enterFolder } from "./enter-folder.js";
import { codeOf, fileError } from "./file-error.js";

/** Large enough that hashing, not reading, is what a file costs. */
const readBytes = 256 * 1024;

/** The size of a published file; null where there is none. */
export async function statFile(
  root: string,
  path: string,
  key: string,
): Promise<StoredObject | null> {
  try {
    await enterFolder(root, path, { create: false });
    const found = await stat(path);
    return found.isFile() ? { key, bytes: found.size } : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw fileError(error, "look at", path);
  }
}

/** The bytes of a published file from one of them on, in a buffer that is used again: what is yielded holds until the next is asked for. */
export async function* readFileBytes(
  root: string,
  path: string,
  {
    fromByte,
    signal,
  }: { readonly fromByte: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  try {
    await enterFolder(root, path, { create: false });
    const file = await open(path, "r");
    try {
      const buffer = Buffer.allocUnsafe(readBytes);
      for (let at = fromByte; ;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, readBytes, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(error, "read", path);
  }
}

/** The files below a folder whose keys begin so. Only the folder that the prefix names is looked into. */
export async function* listFiles(
  root: string,
  folder: string,
  prefix: string,
): AsyncGenerator<StoredObject> {
  const start = join(folder, prefix.slice(0, prefix.lastIndexOf("/") + 1));
  try {
    await enterFolder(root, join(start, "."), { create: false });
    for await (const path of filesBelow(start)) {
      const key = relative(folder, path).split(sep).join("/");
      if (!key.startsWith(prefix)) continue;
      yield { key, bytes: (await stat(path)).size };
    }
  } catch (error) {
    if (!isAbsent(error)) throw fileError(error, "list", start);
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && !isStaged(entry.name)) yield path;
  }
}

function isStaged(name: string): boolean {
  return /^\..*\.\d+\.partial$/.test(name);
}

/** Nothing lies below a plain file either. */
export function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
}
