import type { ErrorCode } from "../../domain/errors.js";
import type { Claim } from "../../store/runs/claims.js";
import { countAttemptsEnded } from "../../store/runs/count-attempts.js";
import type { ExportSession } from "./export-session.js";

/** What a statement over a part of the interval may get by with. */
const heavy: readonly ErrorCode[] = ["SOURCE_TIMEOUT", "SOURCE_OUT_OF_MEMORY"];

const mostDoublings = 10;

/**
 * In how many statements, one after the other and in one snapshot, a run's rows are read: twice as many with each attempt
 * that was too long or too large for the source's server.
 */
export async function piecesOf(
  session: ExportSession,
  { runId, attempt }: Claim,
): Promise<number> {
  if (attempt === 1) return 1;
  const count = await session.ledger((pool) =>
    countAttemptsEnded(pool, { runId, codes: heavy }),
  );
  return 2 ** Math.min(count, mostDoublings);
}
