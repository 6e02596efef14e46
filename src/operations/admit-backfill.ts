import { RefillError } from "../domain/errors.js";
import { formatInstant } from "../domain/instant.js";
import type { Queryable } from "../store/queryable.js";
import {
  countOpenBackfills,
  findOverlaps,
  lockTeamStarts,
} from "../store/start-backfill.js";
import type { OperationContext } from "./context.js";
import { overlapError } from "./overlap.js";

/** What is about to be open. A null start: from the earliest data. */
interface Candidate {
  readonly team: number;
  readonly batchExportId: string;
  readonly startMs: number | null;
  readonly endMs: number;
}

/**
 * Holds a backfill that is about to open to what its team may have open at a time. Under the team's lock, so that what
 * is true here stays true until the transaction ends.
 * @throws RefillError RANGE_OVERLAPS, TOO_MANY_BACKFILLS
 */
export async function admitBackfill(
  { config }: OperationContext,
  client: Queryable,
  candidate: Candidate,
): Promise<void> {
  await lockTeamStarts(client, candidate.team);
  const { startMs, endMs } = candidate;
  const overlaps = await findOverlaps(client, {
    batchExportId: candidate.batchExportId,
    startAt: startMs === null ? null : formatInstant(startMs),
    rangeEnd: formatInstant(endMs),
  });
  if (overlaps.length > 0) throw overlapError({ startMs, endMs }, overlaps);
  const open = await countOpenBackfills(client, candidate.team);
  if (open < config.maxOpenBackfillsPerTeam) return;
  throw new RefillError(
    "TOO_MANY_BACKFILLS",
    `Expected fewer than ${String(config.maxOpenBackfillsPerTeam)} open backfills in team ${String(candidate.team)}; got ${String(open)}. Wait for some to close, or cancel them.`,
    { details: { open, limit: config.maxOpenBackfillsPerTeam } },
  );
}
