import { useEffect, useState } from "preact/hooks";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { ask, messageOf } from "../page/request.js";

export interface Followed {
  readonly value: BackfillDescription | null;
  readonly error: string | null;
  readonly again: () => void;
}

/** A backfill as it is now: read once, then told by its events, and read again when it closes or was steered. */
export function useBackfill(path: string): Followed {
  const [value, setValue] = useState<BackfillDescription | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const read = () => {
      ask<BackfillDescription>(`${path}describe/`).then(
        (found) => {
          setValue(found);
          setError(null);
        },
        (refused: unknown) => {
          setError(messageOf(refused));
        },
      );
    };
    read();
    return follow(path, {
      change: (part) => {
        setValue((known) => known && { ...known, ...part });
      },
      end: read,
    });
  }, [path, turn]);
  return {
    value,
    error,
    again: () => {
      setTurn((count) => count + 1);
    },
  };
}

/** Follows the events of a backfill, until the answer is called. The browser comes back by itself. */
function follow(
  path: string,
  on: {
    readonly change: (part: Partial<BackfillDescription>) => void;
    readonly end: () => void;
  },
): () => void {
  const source = new EventSource(`${path}events`);
  const change = ({ data }: MessageEvent<string>) => {
    on.change(JSON.parse(data) as Partial<BackfillDescription>);
  };
  source.addEventListener("status", change);
  source.addEventListener("progress", change);
  source.addEventListener("failures", ({ data }: MessageEvent<string>) => {
    on.change({
      failures: JSON.parse(data) as BackfillDescription["failures"],
    });
  });
  source.addEventListener("end", () => {
    source.close();
    on.end();
  });
  return () => {
    source.close();
  };
}
