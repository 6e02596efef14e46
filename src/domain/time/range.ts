import { RefillError } from "../errors.js";
import {
  boundaryAt,
  boundaryDate,
  dateIndex,
  floorToInterval,
  nextBoundary,
} from "./boundary.js";
import { type CalendarDate, dayNumberOf } from "./calendar.js";
import { formatInstant, isWritable, parseTimestamp } from "./instant.js";
import type { IntervalSpec } from "./interval.js";
import {
  futureProblem,
  invalidProblem,
  misalignedProblem,
  naiveProblem,
  rangeError,
  type RangeField,
  type RangeProblem,
} from "./range-problem.js";
import { countIntervals, MAX_RUNS, type TimeRange } from "./split.js";

/** A range as a request gives it, and what it is read against. Null: not given. */
export interface RangeRequest {
  readonly spec: IntervalSpec;
  readonly start: string | null;
  readonly end: string | null;
  readonly nowMs: number;
}

/** The range of a backfill, `[startMs, endMs)`, aligned to its interval. A null start: from the earliest data. */
export interface ResolvedRange {
  readonly startMs: number | null;
  readonly endMs: number;
  readonly requestedStartMs: number | null;
  /** Null where the request gave no end. */
  readonly requestedEndMs: number | null;
}

/**
 * Reads the range of a request (docs/contract.md, "What a wrong request gets"). Nothing is dropped or widened. Without an end it goes to the end
 * of the last interval that is over. What is wrong with both ends is told in one error, in `details.problems`.
 * @throws RefillError TIMESTAMP_NAIVE, TIMESTAMP_INVALID, RANGE_MISALIGNED, RANGE_IN_FUTURE, RANGE_EMPTY, RANGE_TOO_LARGE
 */
export function resolveRange(request: RangeRequest): ResolvedRange {
  const { spec, nowMs } = request;
  const start = readField(spec, "start", request.start);
  const lastMs = floorToInterval(spec, nowMs);
  const end = notAfter(spec, readField(spec, "end", request.end), lastMs);
  if (isProblem(start)) throw rangeError(start, isProblem(end) ? [end] : []);
  if (isProblem(end)) throw rangeError(end, []);
  const endMs = end ?? lastMs;
  if (start !== null) {
    const range = { startMs: start, endMs };
    refuseEmpty(range, end !== null);
    refuseTooManyRuns(countIntervals(spec, range), range);
  }
  return {
    startMs: start,
    endMs,
    requestedStartMs: start,
    requestedEndMs: end,
  };
}

/**
 * Holds the runs of a range to the limit of runs that one backfill may have.
 * @throws RefillError RANGE_TOO_LARGE, naming the count
 */
export function refuseTooManyRuns(runs: number, range: TimeRange): void {
  if (runs <= MAX_RUNS) return;
  throw new RefillError(
    "RANGE_TOO_LARGE",
    `Expected at most ${MAX_RUNS} runs, got ${runs} from ${formatInstant(range.startMs)} to ${formatInstant(range.endMs)}; choose a shorter range or a longer interval.`,
    { details: { total_runs: runs, max_runs: MAX_RUNS } },
  );
}

function refuseEmpty(range: TimeRange, isEndGiven: boolean): void {
  if (range.startMs < range.endMs) return;
  const start = formatInstant(range.startMs);
  const end = formatInstant(range.endMs);
  const which = isEndGiven ? "" : ", where the last interval that is over ends";
  throw new RefillError(
    "RANGE_EMPTY",
    `Expected a start before the end, got start ${start} and end ${end}${which}; choose an earlier start or a later end.`,
    { details: { start, end } },
  );
}

/** A boundary in milliseconds, null for what was not given, or what is wrong with it. */
type FieldValue = number | null | RangeProblem;

function isProblem(value: FieldValue): value is RangeProblem {
  return typeof value === "object" && value !== null;
}

function readField(
  spec: IntervalSpec,
  field: RangeField,
  text: string | null,
): FieldValue {
  if (text === null) return null;
  const parsed = parseTimestamp(text);
  switch (parsed.kind) {
    case "invalid":
      return invalidProblem(field, text);
    case "naive":
      return naiveProblem(field, text);
    case "date":
      return alignDate(spec, { field, text, date: parsed.date });
    case "instant":
      return alignInstant(spec, { field, text, ...parsed });
  }
}

function alignInstant(
  spec: IntervalSpec,
  given: {
    readonly field: RangeField;
    readonly text: string;
    readonly instantMs: number;
    readonly exact: boolean;
  },
): FieldValue {
  const beforeMs = floorToInterval(spec, given.instantMs);
  if (beforeMs === given.instantMs && given.exact) return beforeMs;
  const afterMs = nextBoundary(spec, given.instantMs);
  return misalignedProblem(spec, { ...given, beforeMs, afterMs });
}

/** A bare date means the boundary of that local day, wherever the clock moved it, if an interval begins on it. */
function alignDate(
  spec: IntervalSpec,
  given: {
    readonly field: RangeField;
    readonly text: string;
    readonly date: CalendarDate;
  },
): FieldValue {
  const index = dateIndex(spec, given.date);
  const beforeMs = boundaryAt(spec, index);
  if ("lengthMs" in spec || isSameDate(boundaryDate(spec, index), given.date)) {
    return isWritable(beforeMs)
      ? beforeMs
      : invalidProblem(given.field, given.text);
  }
  const afterMs = boundaryAt(spec, index + 1);
  return misalignedProblem(spec, { ...given, beforeMs, afterMs });
}

function isSameDate(a: CalendarDate, b: CalendarDate): boolean {
  return dayNumberOf(a) === dayNumberOf(b);
}

/** The end must not be later than that of the last interval that is over. */
function notAfter(
  spec: IntervalSpec,
  end: FieldValue,
  lastMs: number,
): FieldValue {
  if (typeof end !== "number" || end <= lastMs) return end;
  return futureProblem(spec, { endMs: end, lastMs });
}
