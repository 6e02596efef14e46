import { inTransaction } from "../../store/database/in-transaction.js";
import type { Claim } from "../../store/runs/claims.js";
import type { RunAtWork } from "../../store/runs/close-run.js";
import {
  holdPublished,
  setPublishedKeys,
} from "../../store/runs/published-keys.js";
import type { ExportSession } from "./export-session.js";
import type { RunLog } from "./run-log.js";

/**
 * What earlier exports of the interval published and this one did not replace, at the same destination only. A claim
 * that died while it published several files left some under their final names: what it staged tells which.
 */
export function obsoleteKeys(
  claim: Claim,
  place: { readonly identity: string; readonly current: readonly string[] },
): readonly string[] {
  const { published, staged } = claim;
  const earlier = [
    ...(published?.identity === place.identity ? published.keys : []),
    ...staged
      .slice(0, -1) // the last is this claim's own
      .filter((left) => left["identity"] === place.identity)
      .map((left) => String(left["key"])),
  ];
  const current = new Set(place.current);
  return [...new Set(earlier)].filter((key) => !current.has(key));
}

/**
 * Removes them while the interval is held: an attempt that wakes up late may not remove what a newer one has published
 * since under the same names. Until then the ledger names them, so that whoever exports the interval next would do it.
 */
export async function removeObsolete(
  session: ExportSession,
  atWork: RunAtWork,
  keys: {
    readonly obsolete: readonly string[];
    readonly current: readonly string[];
  },
  log: RunLog,
): Promise<void> {
  const { obsolete, current } = keys;
  if (obsolete.length === 0) return;
  try {
    await inTransaction(session.dependencies.pool, async (client) => {
      if (!(await holdPublished(client, atWork))) return;
      await session.destination.removePublished(obsolete);
      await setPublishedKeys(client, atWork, current);
    });
  } catch (error) {
    await log.warn(
      "Files of an earlier export of this interval could not be removed",
      error,
      { keys: obsolete },
    );
  }
}
