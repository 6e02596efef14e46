import type { ExportColumn, ValueKind } from "./column.js";

/** A half-open stretch of time, `[startMs, endMs)`, in milliseconds since the Unix epoch. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The shape in which a source hands over rows: the tuples of Postgres's COPY in binary, without what stands before and
 * after them; or its text, a line a row, which another Postgres reads by COPY, whatever the types.
 */
export type RowEncoding = BinaryEncoding | { readonly kind: "copy-text" };

export interface BinaryEncoding {
  readonly kind: "binary";
  /** The kinds of values that the format knows in their binary form. */
  readonly takes: readonly ValueKind[];
  /** What the source makes of all others: text of the kind `text`, or JSON of the kind `json`. */
  readonly otherwise:
    | { readonly as: "text" }
    /** `strings`: bigint and numeric are in quotes there. */
    | { readonly as: "json"; readonly numbers: "digits" | "strings" };
}

/** Whole rows, at least one, in the encoding asked for. They hold until the next chunk is asked for. */
export interface RowChunk {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** The rows of one interval. To be iterated once. */
export interface RowStream extends AsyncIterable<RowChunk> {
  /** Rows handed over so far; after the last chunk, exact and equal to what the source itself counted. */
  readonly records: number;
  /** The columns of every row. Known before the first chunk. */
  columns(): Promise<readonly ExportColumn[]>;
  /** Names the table that all rows come from, the same under any connection; null where that can't be told. */
  origin(): Promise<string | null>;
}

/** How many records each interval of a range holds, as far as could be learned in the time allowed. */
export type Histogram =
  | { readonly kind: "exact"; readonly counts: AsyncIterable<HistogramEntry> }
  | { readonly kind: "estimate"; readonly totalRecords: number | null };

/** A non-empty interval, by its position among the boundaries asked about. In ascending order. */
export interface HistogramEntry {
  readonly index: number;
  readonly records: number;
}

/** A column by its name and its type, as the source's own language writes that. */
export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

export interface SourceFacts {
  /** The columns that will be exported, in order. */
  readonly columns: readonly SourceColumn[];
  /** See `RowStream.origin`. */
  readonly origin: string | null;
  readonly warnings: readonly string[];
}

/** Where rows come from. Opened for one piece of work and closed after it; not shared between runs in flight. */
export interface Source {
  /**
   * Checks that the source can be read and says what there is to know before a plan.
   * @throws RefillError SOURCE_*
   */
  inspect(signal: AbortSignal): Promise<SourceFacts>;

  /** Columns that all are wanted of and the plan did not find: they are not exported. None where there is no plan. */
  addedColumns(signal: AbortSignal): Promise<readonly string[]>;

  /** The earliest finite timestamp in `[startMs, endMs)`, rounded down to a millisecond; null where there is none. */
  earliest(
    range: { readonly startMs: number | null; readonly endMs: number },
    signal: AbortSignal,
  ): Promise<number | null>;

  /**
   * Counts the records of consecutive intervals in one query, or estimates their total when that takes longer than `limitMs`.
   * `boundaries` yields `intervals + 1` ascending instants; interval i is `[boundary i, boundary i+1)`.
   */
  histogram(
    request: {
      readonly boundaries: () => Iterable<number>;
      readonly intervals: number;
      readonly range: Interval;
      /** The length that all intervals share, where they do. */
      readonly fixedLengthMs: number | null;
      readonly limitMs: number;
    },
    signal: AbortSignal,
  ): Promise<Histogram>;

  /** Counts the records of an interval, exactly. */
  count(interval: Interval, signal: AbortSignal): Promise<number>;

  /** Streams the rows of an interval, in one snapshot and in any order. Aborting cancels the query at the server too. */
  rows(
    request: {
      readonly interval: Interval;
      readonly encoding: RowEncoding;
      readonly label: string;
      /** Asks for so many times smaller statements than else, one after the other; 1 where absent. */
      readonly pieces?: number;
      /** About how many rows there are; null or absent where nobody knows. */
      readonly expectedRecords?: number | null;
    },
    signal: AbortSignal,
  ): RowStream;

  close(): Promise<void>;
}
