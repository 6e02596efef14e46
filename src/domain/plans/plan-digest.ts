import { canonicalProperties } from "../canonical-json.js";
import { formatInstant } from "../time/instant.js";
import type { TimeRange } from "../time/split.js";

/** What a plan follows from, besides its runs. Instants as on the wire; a null start: from the earliest data. */
export interface PlanHeader {
  readonly batch_export: string;
  /** The pinned definition: JSON alone. */
  readonly definition: object;
  readonly time_zone_version: string;
  readonly only: string;
  readonly order: string;
  readonly overlap: string;
  readonly range: { readonly start: string | null; readonly end: string };
}

/** How a digest is written. */
export const digestPattern = /^[0-9a-f]{64}$/;

/** A hash in the making. Passed in, because this code has no crypto of its own. */
export interface PlanHash {
  update(text: string): unknown;
  digest(): string;
}

/** Large updates: one for each run costs more than the hash itself. */
const CHUNK_LENGTH = 65_536;

/**
 * The digest of a plan: the hash of one document of canonical JSON, that of the header's properties and of `runs`, a
 * list of `[start, end]`. Streams: memory does not grow with the number of runs.
 */
export function digestPlan({
  header,
  intervals,
  hash,
}: {
  readonly header: PlanHeader;
  readonly intervals: Iterable<TimeRange>;
  readonly hash: PlanHash;
}): string {
  let chunk = "";
  for (const piece of documentPieces(header, intervals)) {
    chunk += piece;
    if (chunk.length < CHUNK_LENGTH) continue;
    hash.update(chunk);
    chunk = "";
  }
  hash.update(chunk);
  return hash.digest();
}

/** The document in pieces. `runs` comes where its name belongs among the header's properties. */
function* documentPieces(
  header: PlanHeader,
  intervals: Iterable<TimeRange>,
): Generator<string, void, undefined> {
  const { time_zone_version, ...before } = header;
  yield `{${canonicalProperties(before).join(",")},"runs":[`;
  yield* runPieces(intervals);
  yield `],${canonicalProperties({ time_zone_version }).join(",")}}`;
}

function* runPieces(
  intervals: Iterable<TimeRange>,
): Generator<string, void, undefined> {
  let separator = "";
  let last = { endMs: 0, text: formatInstant(0) };
  for (const { startMs, endMs } of intervals) {
    // One run's end is most often the next one's start.
    const start = startMs === last.endMs ? last.text : formatInstant(startMs);
    last = { endMs, text: formatInstant(endMs) };
    yield `${separator}["${start}","${last.text}"]`;
    separator = ",";
  }
}
