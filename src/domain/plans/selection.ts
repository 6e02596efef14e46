import type { CoverageRange } from "../coverage/coverage.js";
import type { CoverageState } from "../coverage/coverage-state.js";
import { RefillError } from "../errors.js";
import { formatInstant } from "../time/instant.js";
import type { IntervalSpec } from "../time/interval.js";
import { resolveRange } from "../time/range.js";
import type { TimeRange } from "../time/split.js";

/** Which intervals of its range a backfill runs. */
export type Selection =
  | { readonly kind: "all" }
  | { readonly kind: "missing" | "failed" | "stale" }
  /** Ascending, apart from each other, on boundaries of the export's interval. */
  | { readonly kind: "ranges"; readonly ranges: readonly TimeRange[] };

/** The states that a selection by state means. What failed is missing too: no run has covered it. */
const selectedStates: Readonly<
  Record<"missing" | "failed" | "stale", readonly CoverageState[]>
> = {
  missing: ["missing", "failed"],
  failed: ["failed"],
  stale: ["stale"],
};

/**
 * Reads `all`, `missing`, `failed`, `stale`, or ranges of time: `START/END`, several separated by commas.
 * @throws RefillError USAGE, TIMESTAMP_*, RANGE_*
 */
export function parseSelection(
  text: string,
  on: { readonly spec: IntervalSpec; readonly nowMs: number },
): Selection {
  switch (text) {
    case "all":
    case "missing":
    case "failed":
    case "stale":
      return { kind: text };
    default:
      return {
        kind: "ranges",
        ranges: joined(text.split(",").map((part) => parseRange(part, on))),
      };
  }
}

function parseRange(
  text: string,
  on: { readonly spec: IntervalSpec; readonly nowMs: number },
): TimeRange {
  const [start, end, ...rest] = text.trim().split("/");
  const isPair = rest.length === 0 && start !== "" && end !== "";
  if (!isPair || start === undefined || end === undefined) {
    throw new RefillError(
      "USAGE",
      `Expected all, missing, failed, stale, or ranges such as 2001-03-01/2001-03-04, several separated by commas; got ${JSON.stringify(text)}.`,
    );
  }
  const { startMs, endMs } = resolveRange({ ...on, start, end });
  return { startMs: startMs ?? endMs, endMs };
}

/** The same time as ascending ranges that neither overlap nor touch. */
export function joined(ranges: readonly TimeRange[]): readonly TimeRange[] {
  const ascending = [...ranges].sort((a, b) => a.startMs - b.startMs);
  const result: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of ascending) {
    const last = result.at(-1);
    if (last !== undefined && startMs <= last.endMs) {
      last.endMs = Math.max(last.endMs, endMs);
    } else {
      result.push({ startMs, endMs });
    }
  }
  return result;
}

/** A selection as text: the same for the same selection, and read back by `parseSelection`. */
export function selectionText(selection: Selection): string {
  if (selection.kind !== "ranges") return selection.kind;
  return selection.ranges
    .map(
      ({ startMs, endMs }) =>
        `${formatInstant(startMs)}/${formatInstant(endMs)}`,
    )
    .join(",");
}

/** From where to where ranges reach; null for a selection that names none. */
export function reachOf(selection: Selection): TimeRange | null {
  if (selection.kind !== "ranges") return null;
  const [first] = selection.ranges;
  const last = selection.ranges.at(-1);
  if (first === undefined || last === undefined) return null;
  return { startMs: first.startMs, endMs: last.endMs };
}

/** The parts of a span that its coverage says are in the state that is asked for. */
export function partsInState(
  coverage: readonly CoverageRange[],
  kind: "missing" | "failed" | "stale",
): readonly TimeRange[] {
  const states = selectedStates[kind];
  return joined(coverage.filter(({ state }) => states.includes(state)));
}

/** The parts of ranges that lie in a span. */
export function partsInside(
  ranges: readonly TimeRange[],
  span: TimeRange,
): readonly TimeRange[] {
  return ranges
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, span.startMs),
      endMs: Math.min(endMs, span.endMs),
    }))
    .filter(({ startMs, endMs }) => startMs < endMs);
}
