import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import { trimmed } from "../../domain/coverage/trim.js";
import { RefillError } from "../../domain/errors.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import {
  countOpenBackfills,
  findOverlaps,
  lockTeamStarts,
  type OpenRange,
} from "../../store/backfills/start-backfill.js";
import type { Queryable } from "../../store/database/queryable.js";
import type { OperationContext } from "../context.js";
import { overlapError, takenBy } from "./overlap.js";

/** What is asked for, and what becomes of it beside open backfills. */
export type OverlapRequest =
  | {
      readonly reach: readonly OpenEndedRange[];
      readonly overlap: Exclude<Overlap, "trim">;
    }
  | {
      readonly reach: readonly OpenEndedRange[];
      readonly overlap: "trim";
      readonly spec: IntervalSpec;
    };

/** What is about to be open. */
type Candidate = OverlapRequest & {
  readonly team: number;
  readonly batchExportId: string;
};

/**
 * Holds a backfill that is about to open to what its team may have open at a time. Under the team's lock, so that what
 * is true here stays true until the transaction ends. Returns what of its reach it is to be trimmed to; null: all of it.
 * @throws RefillError RANGE_OVERLAPS, TOO_MANY_BACKFILLS
 */
export async function admitBackfill(
  { config }: OperationContext,
  client: Queryable,
  candidate: Candidate,
): Promise<readonly OpenEndedRange[] | null> {
  await lockTeamStarts(client, candidate.team);
  const within = withinOf(candidate, await findOverlaps(client, candidate));
  const open = await countOpenBackfills(client, candidate.team);
  if (open < config.maxOpenBackfillsPerTeam) return within;
  throw new RefillError(
    "TOO_MANY_BACKFILLS",
    `Expected fewer than ${String(config.maxOpenBackfillsPerTeam)} open backfills in team ${String(candidate.team)}; got ${String(open)}. Wait for some to close, or cancel them.`,
    { details: { open, limit: config.maxOpenBackfillsPerTeam } },
  );
}

/**
 * What is left of a reach beside the open backfills that overlap it; null: it is not trimmed.
 * @throws RefillError RANGE_OVERLAPS
 */
export function withinOf(
  request: OverlapRequest,
  open: readonly OpenRange[],
): readonly OpenEndedRange[] | null {
  const { reach } = request;
  switch (request.overlap) {
    case "queue":
      return null;
    case "refuse":
      if (open.length > 0) throw overlapError(reach, open);
      return null;
    case "trim": {
      const free = reach.flatMap((range) =>
        trimmed(range, takenBy(open), request.spec),
      );
      if (free.length === 0) throw overlapError(reach, open);
      return free;
    }
  }
}
