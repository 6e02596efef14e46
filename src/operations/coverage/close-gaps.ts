import type {
  BackfillObject,
  CoverageObject,
} from "../../contract/backfill.js";
import { freeRanges } from "../../domain/coverage/free-ranges.js";
import { formatInstant, parseTimestamp } from "../../domain/time/instant.js";
import type { TimeRange } from "../../domain/time/split.js";
import { findOverlaps } from "../../store/backfills/start-backfill.js";
import { takenBy } from "../backfills/overlap.js";
import { startBackfill } from "../backfills/start-backfill.js";
import type { OperationContext } from "../context.js";
import { DEFAULT_CONCURRENCY } from "../plans/preview-plan.js";

/**
 * Starts what closes the gaps of a coverage: one backfill of what is missing for each stretch between open backfills,
 * which see to theirs. None where nothing is missing.
 * @throws RefillError as `startBackfill` does
 */
export async function closeGaps(
  context: OperationContext,
  coverage: CoverageObject,
  note = "closes the gaps that export coverage shows",
): Promise<readonly BackfillObject[]> {
  const started: BackfillObject[] = [];
  for (const range of await gapsOf(context, coverage)) {
    started.push(
      await startBackfill(context, {
        export: coverage.batch_export,
        team: null,
        start: formatInstant(range.startMs),
        end: formatInstant(range.endMs),
        order: "oldest",
        only: "missing",
        overlap: "refuse",
        concurrency: DEFAULT_CONCURRENCY,
        stopAfter: null,
        plan: null,
        timeLimitMs: null,
        note,
      }),
    );
  }
  return started;
}

/** From the first to the last gap of each stretch that is free of open backfills. */
async function gapsOf(
  { pool }: OperationContext,
  { batch_export, end, ranges }: CoverageObject,
): Promise<readonly TimeRange[]> {
  const gaps = ranges
    .filter(({ state }) => state === "missing" || state === "failed")
    .map((gap) => ({ startMs: msOf(gap.start), endMs: msOf(gap.end) }));
  const [first] = gaps;
  if (first === undefined) return [];
  const whole = { startMs: first.startMs, endMs: msOf(end) };
  const open = await findOverlaps(pool, {
    batchExportId: batch_export,
    reach: [whole],
  });
  return freeRanges(whole, takenBy(open)).flatMap((free) => hullOf(gaps, free));
}

function hullOf(
  gaps: readonly TimeRange[],
  free: { readonly startMs: number | null; readonly endMs: number },
): readonly TimeRange[] {
  const inside = gaps
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, free.startMs ?? startMs),
      endMs: Math.min(endMs, free.endMs),
    }))
    .filter(({ startMs, endMs }) => startMs < endMs);
  const [first] = inside;
  const last = inside.at(-1);
  return first === undefined || last === undefined
    ? []
    : [{ startMs: first.startMs, endMs: last.endMs }];
}

/** An instant as the contract writes it. */
function msOf(text: string): number {
  const parsed = parseTimestamp(text);
  return parsed.kind === "instant" ? parsed.instantMs : Number.NaN;
}
