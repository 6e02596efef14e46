import { setTimeout as delay } from "node:timers/promises";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { RefillError } from "../../domain/errors.js";
import { describeBackfill } from "../../operations/backfills/describe-backfill.js";
import {
  type ContextSource,
  type OpenContext,
  openContext,
} from "../context.js";

/** Far longer than any answer takes; a connection that hangs is given up and made anew. */
const answerLimitMs = 20_000;

export interface BackfillReading {
  readonly description: BackfillDescription;
  readonly warning: string | null;
}

export interface BackfillReader {
  /** @throws whatever the servers say; the next call connects anew, to wherever they are by then */
  readonly read: () => Promise<BackfillReading>;
  readonly close: () => Promise<void>;
}

/** Reads one backfill again and again, through restarts of the servers that may move them to other ports. */
export function createBackfillReader({
  source,
  id,
}: {
  readonly source: ContextSource;
  readonly id: string;
}): BackfillReader {
  let open: OpenContext | null = null;
  const readOnce = async () => {
    open ??= await openContext(source);
    return describeBackfill(open.context, { id });
  };
  return {
    read: async () => {
      try {
        return await withinLimit(readOnce());
      } catch (error) {
        // Not awaited: closing waits for statements, and those may be the ones that hang.
        void open?.close();
        open = null;
        throw error;
      }
    },
    close: async () => {
      await open?.close();
    },
  };
}

async function withinLimit<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(answerLimitMs, undefined, { signal: timer.signal }).then(
    () => {
      throw new RefillError(
        "DATABASE_UNAVAILABLE",
        `expected an answer within ${answerLimitMs / 1000} s, got none; check the connection to the servers`,
      );
    },
  );
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
