import { type ErrorCode, RefillError } from "../errors.js";
import { formatInstant, isWritable } from "./instant.js";
import { describeInterval, type IntervalSpec } from "./interval.js";
import { formatLocal } from "./zone.js";

export type RangeField = "start" | "end";

/** What is wrong with one end of a range. `before` and `after`: the boundaries around it, where that helps. */
export interface RangeProblem {
  readonly field: RangeField;
  readonly code: ErrorCode;
  readonly message: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One error for everything that is wrong with a range. Its code is the first problem's. */
export function rangeError(
  first: RangeProblem,
  others: readonly RangeProblem[],
): RefillError {
  const problems = [first, ...others];
  return new RefillError(
    first.code,
    problems.map(({ message }) => message).join(" "),
    { details: { problems } },
  );
}

/** For text that is neither a date nor an instant in the years 0001 to 9999. */
export function invalidProblem(field: RangeField, text: string): RangeProblem {
  const message = `${field}: expected a date or an RFC 3339 date-time in the years 0001 to 9999, such as 2001-03-01 or 2001-03-01T05:00:00Z, got ${quote(text)}.`;
  return { ...nothingAround, field, code: "TIMESTAMP_INVALID", message };
}

/** For a date-time that does not say which instant it is. */
export function naiveProblem(field: RangeField, text: string): RangeProblem {
  const message = `${field}: expected a date-time with its UTC offset, such as 2001-03-01T05:00:00Z, got ${quote(text)}; add Z or an offset such as -05:00.`;
  return { ...nothingAround, field, code: "TIMESTAMP_NAIVE", message };
}

/** For an end of the range that lies inside an interval, between the boundaries `beforeMs` and `afterMs`. */
export function misalignedProblem(
  spec: IntervalSpec,
  at: {
    readonly field: RangeField;
    readonly text: string;
    readonly beforeMs: number;
    readonly afterMs: number;
  },
): RangeProblem {
  const before = describeBoundary(spec, at.beforeMs);
  const after = describeBoundary(spec, at.afterMs);
  const message = `${at.field}: expected a boundary of the interval (${describeInterval(spec)}), got ${quote(at.text)}; use ${before}, the one before, or ${after}, the one after.`;
  return {
    field: at.field,
    code: "RANGE_MISALIGNED",
    message,
    before: writeInstant(at.beforeMs),
    after: writeInstant(at.afterMs),
  };
}

/** For an end whose last interval is not over: `lastMs` is the latest end that is allowed. */
export function futureProblem(
  spec: IntervalSpec,
  at: { readonly endMs: number; readonly lastMs: number },
): RangeProblem {
  const message = `end: expected an end that is not in the future, got ${formatInstant(at.endMs)}; the last one allowed now is ${describeBoundary(spec, at.lastMs)}.`;
  return {
    field: "end",
    code: "RANGE_IN_FUTURE",
    message,
    before: writeInstant(at.lastMs),
    after: null,
  };
}

const nothingAround = { before: null, after: null };

/** In UTC, and as the clock of the export's zone shows it. */
function describeBoundary(spec: IntervalSpec, boundaryMs: number): string {
  const written = writeInstant(boundaryMs);
  if (written === null) return "(none in the years 0001 to 9999)";
  if (spec.timezone === "UTC") return written;
  return `${written} (${formatLocal(spec.timezone, boundaryMs)} ${spec.timezone})`;
}

function writeInstant(instantMs: number): string | null {
  return isWritable(instantMs) ? formatInstant(instantMs) : null;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
