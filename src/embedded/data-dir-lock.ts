import { join } from "node:path";
import { RefillError } from "../domain/errors.js";
import { type ProcessLock, takeProcessLock } from "./process/process-lock.js";

/** Where the lock of a data dir is. */
export function dataDirLockPath(dataDir: string): string {
  return join(dataDir, "lock");
}

/**
 * Makes this process the only one that runs servers on the data dir.
 * @throws RefillError SERVERS_ALREADY_RUNNING naming the process that does
 */
export async function lockDataDir(dataDir: string): Promise<ProcessLock> {
  const taken = await takeProcessLock(dataDirLockPath(dataDir));
  if ("release" in taken) return taken;
  throw new RefillError(
    "SERVERS_ALREADY_RUNNING",
    `Expected no servers on the data dir ${dataDir}, but process ${taken.heldBy.pid} runs them: ` +
      "use those, stop that process, or give another --data-dir.",
    { details: { dataDir, pid: taken.heldBy.pid } },
  );
}
