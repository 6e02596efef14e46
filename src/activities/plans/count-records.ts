import { fixedLengthMs } from "../../domain/time/boundary.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import { boundaries } from "../../domain/time/split.js";
import type { Histogram, Interval, Source } from "../../transfer/source.js";

/** Asks the source how many records each interval of a range holds. Its counts come as they are read. */
export function countRecords(
  request: {
    readonly source: Source;
    readonly spec: IntervalSpec;
    readonly range: Interval;
    /** How many intervals tile the range. */
    readonly intervals: number;
    readonly histogramLimitMs: number;
  },
  signal: AbortSignal,
): Promise<Histogram> {
  const { source, spec, range, intervals } = request;
  return source.histogram(
    {
      boundaries: () => boundaries(spec, range),
      intervals,
      range,
      fixedLengthMs: fixedLengthMs(spec),
      limitMs: request.histogramLimitMs,
    },
    signal,
  );
}

/** Reads a histogram along with its intervals: to be asked for each index once, in order. Null where it was not counted. */
export function recordsByIndex(
  histogram: Histogram,
): (index: number) => Promise<number | null> | number | null {
  if (histogram.kind === "estimate") return () => null;
  const entries = histogram.counts[Symbol.asyncIterator]();
  let entry: { readonly index: number; readonly records: number } | null = null;
  let isOver = false;
  return async (index) => {
    while (!isOver && (entry === null || entry.index < index)) {
      const next = await entries.next();
      isOver = next.done === true;
      entry = next.done === true ? null : next.value;
    }
    return entry?.index === index ? entry.records : 0;
  };
}
