import type { Fields } from "../binary/fields.js";
import type { TupleReader } from "../binary/tuple-reader.js";
import type { RowLayout } from "./row-layout.js";
import type { TextOutput } from "./text-output.js";
import type { PiecewiseText, ValueWriter } from "./value-writer.js";

const quote = Buffer.from('"');

/**
 * Writes the rows that the reader has read as `RowWriter` does, but hands over a long value's text in pieces, each valid
 * until the next is asked for: beside the row there are a few megabytes. The end of the last row is left in `output`.
 */
export function* writeHugeRows(
  { reader, rows }: { readonly reader: TupleReader; readonly rows: number },
  { columns, nullText, end }: RowLayout,
  output: TextOutput,
  stretchBytes: number,
): Generator<Uint8Array> {
  for (let row = 0; row < rows; row += 1) {
    for (const [index, { before, writer }] of columns.entries()) {
      const value = valueOf(reader.fields(index), row);
      append(before, output);
      if (value.length === -1) {
        append(nullText, output);
      } else if (value.length > stretchBytes && writer.inPieces !== undefined) {
        const { fields, start, length } = value;
        const text = writer.inPieces(fields, start, length);
        yield* writePieces(text, value, output, stretchBytes);
      } else {
        write(writer, value, output);
      }
      if (output.end >= stretchBytes) yield output.take();
    }
    append(end, output);
  }
}

/** Where a value lies among the bytes that arrived. */
interface Value {
  readonly fields: Fields;
  readonly start: number;
  /** -1 is NULL. */
  readonly length: number;
}

function valueOf(fields: Fields, row: number): Value {
  const start = fields.starts[row] as number;
  const length = fields.lengths[row] as number;
  return { fields, start, length };
}

function* writePieces(
  { skippedBytes, isQuoted, stretch }: PiecewiseText,
  { fields, start, length }: Value,
  output: TextOutput,
  stretchBytes: number,
): Generator<Uint8Array> {
  if (isQuoted) append(quote, output);
  const end = start + length;
  for (let from = start + skippedBytes; from < end; from += stretchBytes) {
    const size = Math.min(stretchBytes, end - from);
    write(stretch, { fields, start: from, length: size }, output);
    yield output.take();
  }
  if (isQuoted) append(quote, output);
}

function write(
  { longest, write: writeAt }: Pick<ValueWriter, "longest" | "write">,
  { fields, start, length }: Value,
  output: TextOutput,
): void {
  const sizeBytes =
    typeof longest === "number" ? longest : longest(fields, start, length);
  const target = output.reserve(output.end, sizeBytes);
  output.end = writeAt(fields, start, length, target, output.end);
}

function append(text: Uint8Array, output: TextOutput): void {
  output.reserve(output.end, text.length).set(text, output.end);
  output.end += text.length;
}
