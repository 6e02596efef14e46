import { specOf } from "../../definition/interval-spec.js";
import { fixedLengthMs } from "../../domain/time/boundary.js";
import type { RunToVerify } from "../../store/verifications/verification-rows.js";
import type { PinnedVerification } from "./verification-session.js";

/** From so many neighbours on, one query for all of them is faster than one for each. */
const FEWEST_AT_ONCE = 8;

/** How many records the source has now, by the run's ordinal. */
export async function countNow(
  session: PinnedVerification,
  runs: readonly RunToVerify[],
): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for (const stretch of neighboursOf(runs)) {
    const isCounted =
      stretch.length >= FEWEST_AT_ONCE &&
      (await countAtOnce(session, stretch, counts));
    if (!isCounted) await countEach(session, stretch, counts);
  }
  return counts;
}

/** Runs whose intervals follow each other without a gap, in the order of time. */
function neighboursOf(
  runs: readonly RunToVerify[],
): readonly (readonly RunToVerify[])[] {
  const stretches: RunToVerify[][] = [];
  for (const run of [...runs].sort((a, b) => a.start_ms - b.start_ms)) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.end_ms === run.start_ms) last.push(run);
    else stretches.push([run]);
  }
  return stretches;
}

/** False when that took longer than it may, and nothing is counted. */
async function countAtOnce(
  { source, definition, dependencies, signal }: PinnedVerification,
  runs: readonly RunToVerify[],
  counts: Map<number, number>,
): Promise<boolean> {
  const starts = runs.map((run) => run.start_ms);
  const endMs = runs.at(-1)?.end_ms ?? 0;
  const histogram = await source.histogram(
    {
      boundaries: () => [...starts, endMs],
      intervals: runs.length,
      range: { startMs: starts[0] ?? 0, endMs },
      fixedLengthMs: fixedLengthMs(specOf(definition)),
      limitMs: dependencies.config.histogramLimitMs,
    },
    signal,
  );
  if (histogram.kind === "estimate") return false;
  for (const run of runs) counts.set(run.ordinal, 0);
  for await (const { index, records } of histogram.counts) {
    counts.set(runs[index]?.ordinal ?? -1, records);
  }
  return true;
}

async function countEach(
  { source, signal }: PinnedVerification,
  runs: readonly RunToVerify[],
  counts: Map<number, number>,
): Promise<void> {
  for (const { ordinal, start_ms, end_ms } of runs) {
    const interval = { startMs: start_ms, endMs: end_ms };
    counts.set(ordinal, await source.count(interval, signal));
  }
}
