import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";
import { type ProcessLock, takeProcessLock } from "./process-lock.js";
import { pause } from "./wait-until.js";

export interface MakeOnceOptions<Found> {
  /** What people call it. */
  readonly title: string;
  /** The name of the file in the cache. */
  readonly binary: string;
  readonly cacheDir: string;
  /** What is there already; null when nothing is. */
  readonly find: () => Promise<Found | null>;
  readonly make: () => Promise<Found | null>;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Two processes that start at once make one binary: the second waits, and finds the first one's in the cache.
 * @throws RefillError INTERRUPTED when `signal` aborts
 */
export async function makeOnce<Found>(
  options: MakeOnceOptions<Found>,
): Promise<Found | null> {
  await mkdir(options.cacheDir, { recursive: true });
  const lock = await lockWhenFree(options);
  try {
    const made = await options.find();
    if (made !== null) return made;
    await removeUnfinished(options);
    return await options.make();
  } finally {
    await lock.release();
  }
}

/** A maker that was killed leaves its folder behind, with up to 250 MB. The caller holds the lock. */
async function removeUnfinished({
  cacheDir,
  binary,
}: {
  readonly cacheDir: string;
  readonly binary: string;
}): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const [, of] =
      /^(?:build|download|wheel)-(.+)-[0-9a-f-]{36}$/.exec(name) ?? [];
    if (of !== binary) continue;
    await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

async function lockWhenFree({
  title,
  binary,
  cacheDir,
  say,
  signal,
}: Omit<MakeOnceOptions<unknown>, "find" | "make">): Promise<ProcessLock> {
  const startedMs = Date.now();
  for (let looks = 0; ; looks += 1) {
    const taken = await takeProcessLock(join(cacheDir, `${binary}.lock`));
    if ("release" in taken) return taken;
    if (signal?.aborted === true) throw interrupted(title);
    if (looks % 40 === 0) {
      const seconds = Math.round((Date.now() - startedMs) / 1_000);
      say(
        `${title}: waiting for process ${taken.heldBy.pid}, which is getting the binary (${seconds} s; a build with Go takes minutes)`,
      );
    }
    await pause(250);
  }
}

function interrupted(title: string): RefillError {
  return new RefillError(
    "INTERRUPTED",
    `Interrupted while waiting for another process to get the binary of ${title}; start again to go on.`,
  );
}
