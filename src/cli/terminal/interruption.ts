import { setTimeout as delay } from "node:timers/promises";
import { RefillError } from "../../domain/errors.js";

/**
 * What `work` answers, unless the signal comes first. Work that hears the signal too has `tidyMs` to call off what it
 * began elsewhere; after that it goes on unheard.
 * @throws RefillError INTERRUPTED
 */
export async function untilInterrupted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  { tidyMs = 0 }: { readonly tidyMs?: number } = {},
): Promise<T> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  const { promise, reject } = rejection();
  const onAbort = () => {
    const wait = tidyMs > 0 ? delay(tidyMs, undefined, { ref: false }) : null;
    void Promise.race([ended, wait]).then(() => {
      reject(interrupted());
    });
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Waits `waitMs`.
 * @throws RefillError INTERRUPTED as soon as the signal comes
 */
export async function pause(
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  await delay(waitMs, undefined, { signal }).catch(() => {
    throw interrupted();
  });
}

/** Resolves when the signal comes. */
export async function interruption(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      "abort",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

function interrupted(): RefillError {
  return new RefillError(
    "INTERRUPTED",
    "stopped before the answer came; backfills that have begun go on",
  );
}

function rejection(): {
  readonly promise: Promise<never>;
  readonly reject: (error: RefillError) => void;
} {
  let reject: (error: RefillError) => void = () => undefined;
  const promise = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, reject };
}
