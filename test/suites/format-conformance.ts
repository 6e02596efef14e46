import { describe, expect, test } from "@jest/globals";
import type { Format } from "../../src/transfer/format.js";
import type { RowChunk } from "../../src/transfer/source.js";
import { anyFacts } from "../transfer/any-facts.js";

export interface FormatFixture {
  readonly format: Format;
  readonly suffix: string;
  /** Turns a file's bytes back into the rows' bytes. */
  readonly decode: (file: Buffer) => Buffer;
}

/** What the pipeline relies on, for any format. */
export function formatConformance(name: string, fixture: FormatFixture): void {
  const { format, decode } = fixture;
  const encode = (chunks: AsyncIterable<RowChunk>) =>
    format.encode({ columns: [], chunks, facts: anyFacts });

  describe(`the format ${name}`, () => {
    test("adds the suffix that tells how to read the file", () => {
      expect(format.suffix).toBe(fixture.suffix);
    });

    test("keeps every byte of the rows, however they are cut into chunks", async () => {
      const rows = Buffer.from('{"a":"ü"}\n'.repeat(5_000));
      for (const size of [1, 7, 4096, rows.length]) {
        const sample = rows.subarray(0, size * 2_000);
        const file = await collect(encode(cut(sample, size)));
        expect(decode(file).equals(sample)).toBe(true);
      }
    });

    test("writes the same file for the same rows", async () => {
      const rows = Buffer.from("1,2\n".repeat(10_000));
      const one = await collect(encode(cut(rows, 1_000)));
      const other = await collect(encode(cut(rows, 1_000)));
      expect(one.equals(other)).toBe(true);
    });

    test("asks for no more rows than its reader keeps up with", async () => {
      const input = endlessRows();
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
      const input = endlessRows();
      for await (const chunk of encode(input.chunks())) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      await settle();
      expect(input.closed()).toBe(true);
    });

    test("passes the failure of its input on", async () => {
      const failure = new Error("the source went away");
      await expect(collect(encode(failing(failure)))).rejects.toBe(failure);
    });
  });
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
async function* cut(bytes: Buffer, size: number): AsyncGenerator<RowChunk> {
  for (let start = 0; start < bytes.length; start += size) {
    yield { bytes: bytes.subarray(start, start + size), rows: 1 };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
async function* failing(error: Error): AsyncGenerator<RowChunk> {
  yield { bytes: Buffer.from("a row\n"), rows: 1 };
  throw error;
}

/** Rows of random bytes, so that a codec soon has output to give. */
function endlessRows() {
  let taken = 0;
  let closed = false;
  const block = Buffer.from(
    Uint32Array.from({ length: 64 * 1024 }, (_, i) => (i * 2654435761) >>> 0)
      .buffer,
  );
  return {
    taken: () => taken,
    closed: () => closed,
    // eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
    async *chunks(): AsyncGenerator<RowChunk> {
      try {
        for (;;) {
          taken += 1;
          yield { bytes: block, rows: 1 };
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
