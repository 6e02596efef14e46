import { setTimeout as sleep } from "node:timers/promises";

/** Waits a moment between two looks at the same thing. */
export async function pause(waitMs: number): Promise<void> {
  await sleep(waitMs);
}

/** Looks every `everyMs` until `look` answers true; false when `timeoutMs` passed without it. */
export async function waitUntil(
  look: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 50 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await look())) {
    if (Date.now() >= deadlineMs) return false;
    await pause(everyMs);
  }
  return true;
}
