import { once } from "node:events";
import type { ExplicitServers } from "../../config/config.js";
import { RefillError } from "../../domain/errors.js";

/** The flag that makes a worker take its servers from the process that started it. */
export const supervisedFlag = "--supervised";

/** What the parent tells the worker, once. */
export type SupervisorMessage = ExplicitServers;

/** What the worker tells its parent when it takes work. */
export const readyMessage = "ready";

/** The parent of a supervised worker. */
export interface Supervisor {
  readonly servers: ExplicitServers;
  /** Says that the worker takes work. */
  readonly ready: () => void;
  /** Aborted when the parent is gone, however it ended: its servers go then, too. */
  readonly gone: AbortSignal;
}

/**
 * Meets the parent process over Node's channel.
 * @throws RefillError USAGE when no parent listens there
 */
export async function meetSupervisor(): Promise<Supervisor> {
  if (process.send === undefined || !process.connected) {
    throw new RefillError(
      "USAGE",
      `Expected ${supervisedFlag} from \`refill dev\` alone: run \`refill worker\` without it.`,
    );
  }
  const gone = new AbortController();
  process.once("disconnect", () => {
    gone.abort();
  });
  const [servers] = (await once(process, "message", {
    signal: gone.signal,
  })) as [SupervisorMessage];
  return {
    servers,
    ready: () => process.send?.(readyMessage),
    gone: gone.signal,
  };
}
