import { randomUUID } from "node:crypto";
import { link, rm, stat, writeFile } from "node:fs/promises";
import {
  isErrno,
  parseJsonOrNull,
  readFileOrNull,
  readJsonOrNull,
} from "./private-file.js";
import {
  isRunning,
  ownIdentity,
  type ProcessIdentity,
} from "./process-identity.js";
import { pause } from "./wait-until.js";

/** Held by this process until released. A process that dies loses it: the next taker sees that the holder is gone. */
export interface ProcessLock {
  release(): Promise<void>;
}

/** A breaker that died while it removed a dead holder's lock is ignored after this long; the step itself takes 1 ms. */
const breakerExpiryMs = 10_000;

/** Takes the lock kept in the file `path`, or answers with the running process that holds it. */
export async function takeProcessLock(
  path: string,
): Promise<ProcessLock | { readonly heldBy: ProcessIdentity }> {
  for (;;) {
    if (await createLockFile(path, ownIdentity())) {
      return { release: () => rm(path, { force: true }) };
    }
    const holder = await readHolder(path);
    if (holder !== null && isRunning(holder)) return { heldBy: holder };
    await removeDeadLock(path);
  }
}

/** The running process that holds the lock; null when nobody does. */
export async function lockHolder(
  path: string,
): Promise<ProcessIdentity | null> {
  const holder = await readHolder(path);
  return holder !== null && isRunning(holder) ? holder : null;
}

/** A hard link makes the name appear together with its content, and fails when the name exists. */
async function createLockFile(
  path: string,
  owner: ProcessIdentity,
): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(owner), { mode: 0o600, flag: "wx" });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Two processes may find the same dead holder. Only the one that holds `.break` looks again and removes, so that a
 * lock which the other has just taken is never removed.
 */
async function removeDeadLock(path: string): Promise<void> {
  const breaker = `${path}.break`;
  if (!(await createLockFile(breaker, ownIdentity()))) {
    await removeExpired(breaker);
    await pause(20);
    return;
  }
  try {
    const text = await readFileOrNull(path);
    // Removed already: what is there a moment later is somebody's who is alive.
    if (text === null) return;
    const holder = holderIn(parseJsonOrNull(text));
    if (holder === null || !isRunning(holder)) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}

async function removeExpired(breaker: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(breaker);
    if (Date.now() - mtimeMs > breakerExpiryMs) {
      await rm(breaker, { force: true });
    }
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | null> {
  return holderIn(await readJsonOrNull(path));
}

function holderIn(value: unknown): ProcessIdentity | null {
  const { pid, startedAt } = (value ?? {}) as Partial<ProcessIdentity>;
  return typeof pid === "number" && typeof startedAt === "string"
    ? { pid, startedAt }
    : null;
}
