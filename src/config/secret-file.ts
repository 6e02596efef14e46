import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { RefillError } from "../domain/errors.js";
import type { AccessPolicy } from "./config.js";

/** A connection string is a line of text. */
const maxSecretBytes = 16 * 1024;

/**
 * The text of a file below the secret folder, without the line break at its end. A relative path counts from that
 * folder. Neither `..` nor a symbolic link leads out of it.
 * @throws RefillError SECRET_NOT_ALLOWED, SECRET_NOT_FOUND, SECRET_INVALID
 */
export async function readSecretFile(
  path: string,
  { secretFolder }: AccessPolicy,
): Promise<string> {
  if (secretFolder === null) {
    throw new RefillError(
      "SECRET_NOT_ALLOWED",
      `Expected a reference to no file, got file:${path}: this configuration names no folder for secrets. Set REFILL_SECRET_FOLDER.`,
    );
  }
  const wanted = resolve(secretFolder, path);
  assertBelow(wanted, resolve(secretFolder), path);
  const root = await existing(secretFolder, path);
  const target = await existing(wanted, path);
  assertBelow(target, root, path);
  return (await readSmallFile(target, path)).replace(/\r?\n$/, "");
}

function assertBelow(target: string, root: string, path: string): void {
  if (target.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw new RefillError(
    "SECRET_NOT_ALLOWED",
    `Expected a file below the folder for secrets, got file:${path}, which is or leads outside: move it there, or set REFILL_SECRET_FOLDER.`,
  );
}

async function existing(target: string, path: string): Promise<string> {
  try {
    return await realpath(target);
  } catch (error) {
    throw notFound(path, error);
  }
}

async function readSmallFile(target: string, path: string): Promise<string> {
  // Without waiting: opening a named pipe would otherwise last until someone writes to it.
  const flags =
    constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const file = await open(target, flags).catch((error: unknown) => {
    throw notFound(path, error);
  });
  try {
    const { size: sizeBytes, isPlain } = await sizeOf(file);
    if (!isPlain || sizeBytes > maxSecretBytes) throw invalid(path);
    const buffer = new Uint8Array(maxSecretBytes);
    const { bytesRead } = await file.read(buffer, 0, maxSecretBytes, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function sizeOf(file: Awaited<ReturnType<typeof open>>) {
  const stats = await file.stat();
  return { size: stats.size, isPlain: stats.isFile() };
}

function notFound(path: string, cause: unknown): RefillError {
  const code = String((cause as { code?: unknown }).code);
  return new RefillError(
    "SECRET_NOT_FOUND",
    `Expected to read a secret from file:${path}, got ${code}: put the file into the folder for secrets, readable for this process.`,
    { details: { path, cause: code } },
  );
}

function invalid(path: string): RefillError {
  return new RefillError(
    "SECRET_INVALID",
    `Expected a file of at most ${maxSecretBytes} bytes at file:${path}, got something larger or another kind of file.`,
    { details: { path } },
  );
}
