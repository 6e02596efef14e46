import { createHash } from "node:crypto";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { specOf } from "../../definition/interval-spec.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import { digestPlan } from "../../domain/plans/plan-digest.js";
import { floorToInterval, nextBoundary } from "../../domain/time/boundary.js";
import {
  formatInstant,
  isWritable,
  MIN_INSTANT_MS,
} from "../../domain/time/instant.js";
import { type IntervalSpec } from "../../domain/time/interval.js";
import { countIntervals } from "../../domain/time/split.js";
import type {
  Histogram,
  Interval,
  Source,
  SourceColumn,
  SourceFacts,
} from "../../transfer/source.js";
import { ChosenIntervals } from "./chosen-intervals.js";
import { countRecords, recordsByIndex } from "./count-records.js";

export interface PlanRequest {
  readonly source: Source;
  readonly definition: BatchExportDefinition;
  readonly batchExportId: string;
  /** As resolved: aligned to the interval. A null start: from the earliest data. */
  readonly range: { readonly startMs: number | null; readonly endMs: number };
  readonly order: "oldest" | "newest";
  /** What was asked for, as `selectionText` writes it. */
  readonly only: string;
  readonly overlap: Overlap;
  /** The parts of a span that are to run: ascending, apart, on boundaries. Null: all of it. */
  readonly select: ((span: Interval) => Promise<readonly Interval[]>) | null;
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
  /** Where the first run starts. */
  readonly adjustedStartMs: number | null;
  /** Where the data begins: there is none before it in the range. Null: there is none at all. */
  readonly dataStartMs: number | null;
  readonly expectedRecords: number | null;
  readonly warnings: readonly string[];
  readonly sourceColumns: readonly SourceColumn[];
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
  const span =
    earliestMs === null ? null : spanOf(request.range, spec, earliestMs);
  const chosen = new ChosenIntervals(spec, await partsOf(request, span));
  chosen.refuseTooMany();
  const hash = createHash("sha256");
  const digest = digestPlan({
    header: headerOf(request),
    intervals: chosen.intervals(),
    hash: {
      update: (text) => hash.update(text),
      digest: () => hash.digest("hex"),
    },
  });
  const shared = {
    digest,
    adjustedStartMs: chosen.reach?.startMs ?? null,
    dataStartMs: span?.startMs ?? null,
    warnings: warningsOf(facts, earliestMs),
    sourceColumns: facts.columns,
    timeZoneVersion: timeZoneVersion(),
  };
  const { reach } = chosen;
  if (reach === null) {
    return { ...shared, totalRuns: 0, emptyRuns: 0, expectedRecords: 0 };
  }
  const intervals = countIntervals(spec, reach);
  const histogram = await countRecords(
    { ...request, spec, range: reach, intervals },
    signal,
  );
  const split = splitInto(request, chosen, reach, { intervals, histogram });
  return { ...shared, ...(await split) };
}

async function partsOf(
  { select }: PlanRequest,
  span: Interval | null,
): Promise<readonly Interval[]> {
  if (span === null || span.startMs >= span.endMs) return [];
  return select === null ? [span] : select(span);
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
    only: request.only,
    order: request.order,
    overlap: request.overlap,
    range: {
      start: startMs === null ? null : formatInstant(startMs),
      end: formatInstant(endMs),
    },
  } as const;
}

function spanOf(
  range: PlanRequest["range"],
  spec: IntervalSpec,
  earliestMs: number,
): Interval {
  const firstMs = firstStart(spec, earliestMs);
  return {
    startMs: Math.max(firstMs, range.startMs ?? firstMs),
    endMs: range.endMs,
  };
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
  chosen: ChosenIntervals,
  reach: Interval,
  { intervals, histogram }: { intervals: number; histogram: Histogram },
): Promise<Pick<PlanSummary, "totalRuns" | "emptyRuns" | "expectedRecords">> {
  const recordsOf = recordsByIndex(histogram);
  const isPublished = membership(await request.publishedStarts(reach));
  let position = 0;
  let emptyRuns = 0;
  let sum = 0;
  for (const { startMs, endMs, index } of chosen.positioned()) {
    const recordsExpected = await recordsOf(index);
    const isEmpty = !isPublished(startMs) && recordsExpected === 0;
    await request.onRun({
      ordinal:
        request.order === "oldest" ? position : chosen.total - 1 - position,
      startMs,
      endMs,
      recordsExpected,
      isEmpty,
    });
    sum += recordsExpected ?? 0;
    if (isEmpty) emptyRuns += 1;
    position += 1;
  }
  return {
    totalRuns: chosen.total,
    emptyRuns,
    expectedRecords:
      histogram.kind === "exact"
        ? sum
        : shareOf(histogram.totalRecords, chosen.total / intervals),
  };
}

/** What a part of the intervals can be expected to hold of an estimated total. */
function shareOf(totalRecords: number | null, share: number): number | null {
  return totalRecords === null ? null : Math.round(totalRecords * share);
}

function membership(ascending: readonly number[]): (value: number) => boolean {
  let position = 0;
  return (value) => {
    while ((ascending[position] ?? Infinity) < value) position += 1;
    return ascending[position] === value;
  };
}
