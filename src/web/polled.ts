import { useEffect, useState } from "preact/hooks";
import { ask, messageOf } from "./request.js";

export interface Polled<T> {
  readonly value: T | null;
  readonly error: string | null;
  /** Asks again at once. */
  readonly again: () => void;
}

/** What a path answers, asked again every so often while the page is seen. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const look = () => {
      if (document.hidden) return;
      ask<T>(path).then(
        (found) => {
          if (!isWanted) return;
          setValue(found);
          setError(null);
        },
        (refused: unknown) => {
          if (isWanted) setError(messageOf(refused));
        },
      );
    };
    look();
    const timer = setInterval(look, everyMs);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [path, everyMs, turn]);
  return {
    value,
    error,
    again: () => {
      setTurn((count) => count + 1);
    },
  };
}
