import { describe, expect, test } from "@jest/globals";
import type { ExportColumn } from "../../src/transfer/column.js";
import type { Format } from "../../src/transfer/format.js";
import type { RowChunk } from "../../src/transfer/source.js";
import { anyFacts } from "../transfer/any-facts.js";

export interface FormatFixture {
  readonly format: Format;
  readonly suffix: string;
  /** Left out where the format does not look at them. */
  readonly columns?: readonly ExportColumn[];
  /** A row that holds the text, in the encoding that the format asks for. A line where left out. */
  readonly row?: (text: string) => Buffer;
  /** Turns a file's bytes back into the rows' bytes. */
  readonly decode: (file: Buffer) => Buffer | Promise<Buffer>;
}

/** What the pipeline relies on, for any format. */
export function formatConformance(name: string, fixture: FormatFixture): void {
  const { format, decode, columns = [], row = line } = fixture;
  const encode = (chunks: AsyncIterable<RowChunk>) =>
    format.encode({ columns, chunks, facts: anyFacts });
  const rowsOf = (count: number) =>
    Array.from({ length: count }, (_, n) => row(`{"a":"ü","n":${n % 50}}`));

  describe(`the format ${name}`, () => {
    test("adds the suffix that tells how to read the file", () => {
      expect(format.suffix).toBe(fixture.suffix);
    });

    test("keeps every byte of the rows, however many come in a chunk", async () => {
      const rows = rowsOf(5_000);
      for (const size of [1, 7, 1_000, rows.length]) {
        const sample = rows.slice(0, size * 1_000);
        const file = await collect(encode(cut(sample, size)));
        const decoded = await decode(file);
        expect(decoded.equals(Buffer.concat(sample))).toBe(true);
      }
    });

    test("writes the same file for the same rows, however many come in a chunk", async () => {
      const rows = rowsOf(10_000);
      const one = await collect(encode(cut(rows, 1_000)));
      const other = await collect(encode(cut(rows, 77)));
      expect(one.equals(other)).toBe(true);
    });

    test("asks for no more rows than its reader keeps up with", async () => {
      const input = endlessRows(row);
      const output = encode(input.chunks())[Symbol.asyncIterator]();
      await output.next();
      await settle();
      const taken = input.taken();
      await settle();
      expect(input.taken()).toBe(taken);
      expect(taken).toBeLessThan(64);
      await output.return?.();
    });

    test("closes its input when its reader stops", async () => {
      const input = endlessRows(row);
      for await (const chunk of encode(input.chunks())) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      await settle();
      expect(input.closed()).toBe(true);
    });

    test("passes the failure of its input on", async () => {
      const failure = new Error("the source went away");
      await expect(
        collect(encode(failing(row("a row"), failure))),
      ).rejects.toBe(failure);
    });
  });
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

function line(text: string): Buffer {
  return Buffer.from(`${text}\n`);
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
async function* cut(
  rows: readonly Buffer[],
  size: number,
): AsyncGenerator<RowChunk> {
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    yield { bytes: Buffer.concat(part), rows: part.length };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
async function* failing(row: Buffer, error: Error): AsyncGenerator<RowChunk> {
  yield { bytes: row, rows: 1 };
  throw error;
}

/** Rows of text that a codec can't make small, so that it soon has output to give. */
function endlessRows(row: (text: string) => Buffer) {
  let taken = 0;
  let closed = false;
  const noise = Uint32Array.from(
    { length: 48 * 1024 },
    (_, i) => (i * 2654435761) >>> 0,
  );
  const bytes = row(Buffer.from(noise.buffer).toString("base64"));
  return {
    taken: () => taken,
    closed: () => closed,
    // eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
    async *chunks(): AsyncGenerator<RowChunk> {
      try {
        for (;;) {
          taken += 1;
          yield { bytes, rows: 1 };
        }
      } finally {
        closed = true;
      }
    },
  };
}

/** Lets everything happen that is ready to happen, the thread pool's work included. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
