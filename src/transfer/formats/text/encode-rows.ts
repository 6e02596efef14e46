import type { RowChunk } from "../../source.js";
import type { Fields } from "../binary/fields.js";
import { TupleReader } from "../binary/tuple-reader.js";
import { writeHugeRows } from "./huge-rows.js";
import type { ColumnLayout, RowLayout } from "./row-layout.js";
import { TextOutput } from "./text-output.js";
import { put } from "./value-writer.js";

/** From which size on the text of rows is not held whole beside them. */
export interface TextLimits {
  /** A chunk so large is a row alone. */
  readonly hugeChunkBytes: number;
  /** How much of a value is written at a time: a multiple of three. */
  readonly stretchBytes: number;
}

const usualLimits: TextLimits = {
  hugeChunkBytes: 2 * 1024 * 1024,
  stretchBytes: 768 * 1024,
};

/**
 * Rows of COPY's binary format as text, a piece for each chunk, several of a huge row. No object is made for a row. What is
 * yielded holds until the next is asked for.
 */
export async function* encodeRows(
  chunks: AsyncIterable<RowChunk>,
  layout: RowLayout,
  { hugeChunkBytes, stretchBytes }: TextLimits = usualLimits,
): AsyncGenerator<Uint8Array> {
  const reader = new TupleReader(layout.columns.length);
  const output = new TextOutput();
  const writer = new RowWriter(layout, output);
  for await (const { bytes } of chunks) {
    reader.open(bytes);
    for (;;) {
      const { rows } = reader.read(Infinity);
      if (rows === 0) break;
      if (bytes.byteLength < hugeChunkBytes) writer.write(reader, rows);
      else yield* writeHugeRows({ reader, rows }, layout, output, stretchBytes);
    }
    reader.close();
    yield output.take();
  }
}

class RowWriter {
  readonly #layout: RowLayout;
  readonly #output: TextOutput;
  /** Bytes that no row is longer than, without the values whose length is not known before. */
  readonly #shortBytes: number;

  constructor(layout: RowLayout, output: TextOutput) {
    this.#layout = layout;
    this.#output = output;
    this.#shortBytes = shortBytesOf(layout);
  }

  /** There is always room for all that is short in what is left of a row: only long values have to ask for it. */
  write(reader: TupleReader, rows: number): void {
    const { columns, nullText, end } = this.#layout;
    const arrived = columns.map((_, column) => reader.fields(column));
    const output = this.#output;
    const shortBytes = this.#shortBytes;
    let at = output.end;
    for (let row = 0; row < rows; row += 1) {
      let target = output.reserve(at, shortBytes);
      for (let column = 0; column < columns.length; column += 1) {
        const { before, writer } = columns[column] as ColumnLayout;
        const fields = arrived[column] as Fields;
        const length = fields.lengths[row] as number;
        at = put(before, target, at);
        if (length === -1) {
          at = put(nullText, target, at);
          continue;
        }
        const start = fields.starts[row] as number;
        if (typeof writer.longest === "function") {
          const longest = writer.longest(fields, start, length);
          target = output.reserve(at, longest + shortBytes);
        }
        at = writer.write(fields, start, length, target, at);
      }
      at = put(end, target, at);
    }
    output.end = at;
  }
}

function shortBytesOf({ columns, nullText, end }: RowLayout): number {
  return columns.reduce((sum, { before, writer }) => {
    const longest = typeof writer.longest === "number" ? writer.longest : 0;
    return sum + before.length + Math.max(longest, nullText.length);
  }, end.length);
}
