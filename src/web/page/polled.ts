import { useEffect, useState } from "preact/hooks";
import { ask, messageOf } from "./request.js";

export interface Polled<T> {
  readonly value: T | null;
  readonly error: string | null;
  /** Asks again at once. */
  readonly again: () => void;
}

/** An answer that took long is asked for less often: no page keeps a server busy for more than a tenth of its time. */
const REST_FACTOR = 9;

/** What a path answers, asked again so long after each answer, or after ten times what that took, while the page is seen. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(
    () =>
      poll(everyMs, async (isWanted) => {
        try {
          const found = await ask<T>(path);
          if (!isWanted()) return;
          setValue(found);
          setError(null);
        } catch (refused) {
          if (isWanted()) setError(messageOf(refused));
        }
      }),
    [path, everyMs, turn],
  );
  return {
    value,
    error,
    again: () => {
      setTurn((count) => count + 1);
    },
  };
}

/** Looks at once, and again after each look, one at a time, until the answer is called. */
function poll(
  everyMs: number,
  look: (isWanted: () => boolean) => Promise<void>,
): () => void {
  let isWanted = true;
  let timer = 0;
  const turn = async () => {
    const startedMs = performance.now();
    if (!document.hidden) await look(() => isWanted);
    if (!isWanted) return;
    const tookMs = performance.now() - startedMs;
    timer = setTimeout(
      () => void turn(),
      Math.max(everyMs, REST_FACTOR * tookMs),
    );
  };
  void turn();
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}
