import { setTimeout as delay } from "node:timers/promises";
import { isUnavailable } from "../store/database/classify-error.js";

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/**
 * Repeats a statement for as long as the ledger's database is away: an export that is done must not be lost to that.
 * The statement must bear being repeated after a commit whose answer was lost.
 */
export async function untilLedgerAnswers<T>(
  statement: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (
    let waitMs = FIRST_WAIT_MS;
    ;
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  ) {
    try {
      return await statement();
    } catch (error) {
      if (!isUnavailable(error) || signal.aborted) throw error;
      await delay(waitMs, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}
