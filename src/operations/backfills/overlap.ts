import type { ConflictObject } from "../../contract/objects/plan.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import {
  freeRanges,
  type OpenEndedRange,
} from "../../domain/coverage/free-ranges.js";
import { RefillError } from "../../domain/errors.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { OpenRange } from "../../store/backfills/start-backfill.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import { rangesOf } from "../../store/database/multirange.js";

/** An open backfill that is in the way. */
export function conflictOf(open: OpenRange): ConflictObject {
  return {
    backfill: open.id,
    status: open.status as BackfillStatus,
    start: rfc3339OrNull(open.start_at),
    end: rfc3339(open.range_end),
  };
}

/** The time that open backfills hold. */
export function takenBy(
  overlaps: readonly OpenRange[],
): readonly OpenEndedRange[] {
  return overlaps.flatMap(({ reach }) => rangesOf(reach));
}

/** Names the open backfills in the way and what of the range is free of them. */
export function overlapError(
  reach: readonly OpenEndedRange[],
  overlaps: readonly OpenRange[],
): RefillError {
  const free = reach
    .flatMap((range) => freeRanges(range, takenBy(overlaps)))
    .map(({ startMs, endMs }) => ({
      start: startMs === null ? null : formatInstant(startMs),
      end: formatInstant(endMs),
    }));
  const conflicts = overlaps.map(conflictOf);
  const named = conflicts
    .map(
      ({ backfill, start, end }) => `${backfill} (${textOf({ start, end })})`,
    )
    .join(", ");
  const wayOut =
    free.length === 0
      ? "Nothing of it is free. Wait, or cancel that backfill."
      : `Free of it: ${free.map(textOf).join(", ")}. Wait, cancel that backfill, or ask for what is free: --overlap trim.`;
  return new RefillError(
    "RANGE_OVERLAPS",
    `Expected a range without an open backfill of this export; got one that overlaps ${named}. ${wayOut}`,
    { details: { conflicts, free } },
  );
}

function textOf({
  start,
  end,
}: {
  readonly start: string | null;
  readonly end: string;
}): string {
  return `${start ?? "the earliest data"} to ${end}`;
}
