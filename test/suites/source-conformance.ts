import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { valueKinds } from "../../src/transfer/column.js";
import type {
  Histogram,
  HistogramEntry,
  RowChunk,
  RowEncoding,
  Source,
} from "../../src/transfer/source.js";

export interface SourceFixture {
  /** A source whose records lie at `sourceConformanceInstants`, in any order. */
  open(): Source;
  readonly columns: readonly string[];
}

const hourMs = 3_600_000;
const startMs = Date.UTC(2001, 2, 1);
const limitMs = 60_000;

/** On a boundary, just before one, twice at once, and nothing in hours 2, 4, 6 and 8. */
export const sourceConformanceInstants: readonly number[] = [
  startMs,
  startMs + hourMs - 1,
  startMs + hourMs,
  startMs + 3 * hourMs + 1,
  startMs + 3 * hourMs + 1,
  startMs + 5 * hourMs,
  startMs + 8 * hourMs - 1,
  startMs + 9 * hourMs,
];

const hours = 10;
const expectedCounts = [2, 1, 0, 2, 0, 1, 0, 1, 0, 1];
const range = { startMs, endMs: startMs + hours * hourMs };
const hour = (index: number) => ({
  startMs: startMs + index * hourMs,
  endMs: startMs + (index + 1) * hourMs,
});
const copyText: RowEncoding = { kind: "copy-text" };
const encodings: readonly RowEncoding[] = [
  copyText,
  { kind: "binary", takes: valueKinds, otherwise: { as: "text" } },
  { kind: "binary", takes: [], otherwise: { as: "text" } },
  { kind: "binary", takes: [], otherwise: { as: "json", numbers: "digits" } },
];

/** What plans and runs rely on, for any source. */
export function sourceConformance(name: string, fixture: SourceFixture): void {
  describe(`the source ${name}`, () => {
    const { signal } = new AbortController();
    let source: Source;
    beforeEach(() => {
      source = fixture.open();
    });
    afterEach(() => source.close());

    test("names its columns in order, before any row", async () => {
      const facts = await source.inspect(signal);
      expect(facts.columns.map(({ name }) => name)).toEqual(fixture.columns);
      const request = { interval: range, encoding: copyText, label: "test" };
      const columns = await source.rows(request, signal).columns();
      expect(columns.map(({ name }) => name)).toEqual(fixture.columns);
    });

    test.each(encodings)(
      "puts every record into exactly one interval, the one that begins at or before it (%j)",
      async (encoding) => {
        const counts: number[] = [];
        for (let index = 0; index < hours; index += 1) {
          const request = { interval: hour(index), encoding, label: "test" };
          const rows = source.rows(request, signal);
          const count = encoding.kind === "binary" ? countTuples : countLines;
          expect(await count(rows)).toBe(rows.records);
          expect(await source.count(hour(index), signal)).toBe(rows.records);
          counts.push(rows.records);
        }
        expect(counts).toEqual(expectedCounts);
      },
    );

    test("finds the earliest record, also of a part of time", async () => {
      const { endMs } = range;
      const earliest = (from: number | null, to: number) =>
        source.earliest({ startMs: from, endMs: to }, signal);
      expect(await earliest(null, endMs)).toBe(startMs);
      expect(await earliest(startMs + 1, endMs)).toBe(startMs + hourMs - 1);
      expect(await earliest(endMs, endMs + hourMs)).toBeNull();
      expect(await earliest(null, startMs)).toBeNull();
    });

    test.each([hourMs, null])(
      "counts the records of every interval (fixed length %s)",
      async (fixedLengthMs) => {
        const histogram = await source.histogram(
          {
            boundaries: () =>
              Array.from(
                { length: hours + 1 },
                (_, index) => startMs + index * hourMs,
              ),
            intervals: hours,
            range,
            fixedLengthMs,
            limitMs,
          },
          signal,
        );
        const entries = await exactCounts(histogram);
        expect(entries).toEqual(
          expectedCounts.flatMap((records, index) =>
            records === 0 ? [] : [{ index, records }],
          ),
        );
      },
    );

    test("goes on after a reader that stopped early", async () => {
      const request = { interval: range, encoding: copyText, label: "t" };
      for await (const chunk of source.rows(request, signal)) {
        expect(chunk.rows).toBeGreaterThan(0);
        break;
      }
      expect(await source.earliest(range, signal)).toBe(startMs);
    });

    test("does nothing for a signal that has been aborted", async () => {
      const reason = new Error("cancelled");
      const aborted = AbortSignal.abort(reason);
      await expect(source.inspect(aborted)).rejects.toBe(reason);
      await expect(source.earliest(range, aborted)).rejects.toBe(reason);
      expect(await source.earliest(range, signal)).toBe(startMs);
    });

    test("closes twice without harm", async () => {
      await source.inspect(signal);
      await source.close();
      await source.close();
    });
  });
}

/** Each chunk must hold the rows that it says, whole. */
async function countLines(chunks: AsyncIterable<RowChunk>): Promise<number> {
  let lines = 0;
  for await (const { bytes, rows } of chunks) {
    const ends = bytes.filter((byte) => byte === 0x0a).length;
    expect(rows).toBe(ends);
    expect(bytes.at(-1)).toBe(0x0a);
    lines += ends;
  }
  return lines;
}

/** Tuples of COPY's binary format: a number of fields, then a length, and so many bytes, for each. */
async function countTuples(chunks: AsyncIterable<RowChunk>): Promise<number> {
  let tuples = 0;
  for await (const { bytes, rows } of chunks) {
    const buffer = Buffer.from(bytes);
    let inChunk = 0;
    let at = 0;
    while (at < buffer.byteLength) {
      const fields = buffer.readInt16BE(at);
      at += 2;
      for (let field = 0; field < fields; field += 1) {
        at += 4 + Math.max(0, buffer.readInt32BE(at));
      }
      inChunk += 1;
    }
    expect(at).toBe(buffer.byteLength);
    expect(rows).toBe(inChunk);
    tuples += inChunk;
  }
  return tuples;
}

async function exactCounts(histogram: Histogram): Promise<HistogramEntry[]> {
  if (histogram.kind !== "exact") throw new Error("Expected exact counts.");
  const entries: HistogramEntry[] = [];
  for await (const entry of histogram.counts) entries.push(entry);
  return entries;
}
