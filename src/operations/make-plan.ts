import { createHash } from "node:crypto";
import type { BatchExportDefinition } from "../definition/definition.js";
import { RefillError } from "../domain/errors.js";
import {
  MIN_INSTANT_MS,
  formatInstant,
  isWritable,
} from "../domain/instant.js";
import { floorToInterval, nextBoundary } from "../domain/boundary.js";
import { type IntervalSpec, parseInterval } from "../domain/interval.js";
import { refuseTooManyRuns } from "../domain/range.js";
import { digestPlan } from "../domain/plan-digest.js";
import { countIntervals, intervalsOf } from "../domain/split.js";
import type {
  Histogram,
  Interval,
  Source,
  SourceFacts,
} from "../transfer/source.js";
import { countRecords, recordsByIndex } from "./count-records.js";

export interface PlanRequest {
  readonly source: Source;
  readonly definition: BatchExportDefinition;
  readonly batchExportId: string;
  /** As resolved: aligned to the interval. A null start: from the earliest data. */
  readonly range: { readonly startMs: number | null; readonly endMs: number };
  readonly order: "oldest" | "newest";
  readonly histogramLimitMs: number;
  /** The starts, ascending, of the range's intervals that have files at the destination: they are never skipped as empty. */
  readonly publishedStarts: (range: Interval) => Promise<readonly number[]>;
  /** Takes the runs in the order of time. */
  readonly onRun: (run: PlannedRun) => Promise<void> | void;
}

export interface PlannedRun {
  readonly ordinal: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Null where it was not counted. */
  readonly recordsExpected: number | null;
  /** Known to be empty, and nothing stands at the destination: it needs no export. */
  readonly isEmpty: boolean;
}

export interface PlanSummary {
  readonly digest: string;
  readonly totalRuns: number;
  readonly emptyRuns: number;
  readonly adjustedStartMs: number | null;
  readonly expectedRecords: number | null;
  readonly warnings: readonly string[];
  readonly timeZoneVersion: string;
}

/**
 * Splits a range into runs, counting what each will hold as far as the time allows. Holds no run in memory.
 * @throws RefillError SOURCE_*, RANGE_TOO_LARGE, or the signal's reason
 */
export async function makePlan(
  request: PlanRequest,
  signal: AbortSignal,
): Promise<PlanSummary> {
  const spec = specOf(request.definition);
  const facts = await request.source.inspect(signal);
  const earliestMs = await request.source.earliest(request.range, signal);
  const planned = earliestMs === null ? null : span(request, spec, earliestMs);
  const hash = createHash("sha256");
  const digest = digestPlan({
    header: headerOf(request),
    intervals: planned === null ? [] : intervalsOf(spec, planned),
    hash: {
      update: (text) => hash.update(text),
      digest: () => hash.digest("hex"),
    },
  });
  const shared = {
    digest,
    adjustedStartMs: planned?.startMs ?? null,
    warnings: warningsOf(facts, earliestMs),
    timeZoneVersion: timeZoneVersion(),
  };
  if (planned === null) {
    return { ...shared, totalRuns: 0, emptyRuns: 0, expectedRecords: 0 };
  }
  const total = countIntervals(spec, planned);
  const histogram = await countRecords(
    { ...request, spec, range: planned, intervals: total },
    signal,
  );
  const split = splitInto(request, spec, planned, { total, histogram });
  return { ...shared, ...(await split) };
}

/** The interval of a definition that has already been validated. */
export function specOf(definition: BatchExportDefinition): IntervalSpec {
  const parsed = parseInterval(definition);
  if (parsed.ok) return parsed.spec;
  throw new RefillError("DEFINITION_INVALID", parsed.problems.join("; "));
}

/** The version of the time-zone database that this process splits by. */
function timeZoneVersion(): string {
  return process.versions["tz"] ?? "unknown";
}

function headerOf(request: PlanRequest) {
  const { startMs, endMs } = request.range;
  return {
    batch_export: request.batchExportId,
    definition: request.definition,
    time_zone_version: timeZoneVersion(),
    only: "all",
    order: request.order,
    overlap: "refuse",
    range: {
      start: startMs === null ? null : formatInstant(startMs),
      end: formatInstant(endMs),
    },
  } as const;
}

function span(
  { range }: PlanRequest,
  spec: IntervalSpec,
  earliestMs: number,
): Interval {
  const firstMs = firstStart(spec, earliestMs);
  const planned = {
    startMs: Math.max(firstMs, range.startMs ?? firstMs),
    endMs: range.endMs,
  };
  refuseTooManyRuns(spec, planned);
  return planned;
}

/** Where the interval of the earliest record begins, or the first that begins in a year that RFC 3339 can write. */
function firstStart(spec: IntervalSpec, earliestMs: number): number {
  const startMs = floorToInterval(spec, Math.max(earliestMs, MIN_INSTANT_MS));
  return isWritable(startMs) ? startMs : nextBoundary(spec, startMs);
}

function warningsOf(facts: SourceFacts, earliestMs: number | null) {
  return earliestMs !== null && earliestMs < MIN_INSTANT_MS
    ? [
        ...facts.warnings,
        "There are records from before the year 1. They are not exported: RFC 3339 can't name their intervals. Give a start to be rid of this warning.",
      ]
    : facts.warnings;
}

async function splitInto(
  request: PlanRequest,
  spec: IntervalSpec,
  range: Interval,
  { total, histogram }: { total: number; histogram: Histogram },
): Promise<Pick<PlanSummary, "totalRuns" | "emptyRuns" | "expectedRecords">> {
  const recordsOf = recordsByIndex(histogram);
  const isPublished = membership(await request.publishedStarts(range));
  let index = 0;
  let emptyRuns = 0;
  let sum = 0;
  for (const { startMs, endMs } of intervalsOf(spec, range)) {
    const recordsExpected = await recordsOf(index);
    const isEmpty = !isPublished(startMs) && recordsExpected === 0;
    await request.onRun({
      ordinal: request.order === "oldest" ? index : total - 1 - index,
      startMs,
      endMs,
      recordsExpected,
      isEmpty,
    });
    sum += recordsExpected ?? 0;
    if (isEmpty) emptyRuns += 1;
    index += 1;
  }
  return {
    totalRuns: total,
    emptyRuns,
    expectedRecords: histogram.kind === "exact" ? sum : histogram.totalRecords,
  };
}

function membership(ascending: readonly number[]): (value: number) => boolean {
  let position = 0;
  return (value) => {
    while ((ascending[position] ?? Infinity) < value) position += 1;
    return ascending[position] === value;
  };
}
