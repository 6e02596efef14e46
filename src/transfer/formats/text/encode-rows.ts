import type { RowChunk } from "../../source.js";
import type { Fields } from "../binary/fields.js";
import { TupleReader } from "../binary/tuple-reader.js";
import { TextOutput } from "./text-output.js";

/** Writes one value that is not NULL: that of a row, where it arrived, as text. */
export type ValueWriter = (
  fields: Fields,
  row: number,
  output: TextOutput,
) => void;

/** What stands around the values of a row, and how each column's are written. */
export interface RowLayout {
  /** Before each column's value. */
  readonly before: readonly Uint8Array[];
  readonly writers: readonly ValueWriter[];
  readonly nullText: Uint8Array;
  readonly end: Uint8Array;
}

/** Rows of COPY's binary format as text, a piece for each chunk. No object is made for a row. */
export async function* encodeRows(
  chunks: AsyncIterable<RowChunk>,
  layout: RowLayout,
): AsyncGenerator<Uint8Array> {
  const reader = new TupleReader(layout.writers.length);
  const output = new TextOutput();
  for await (const { bytes } of chunks) {
    reader.open(bytes);
    for (;;) {
      const { rows } = reader.read(Infinity);
      if (rows === 0) break;
      writeRows(reader, rows, layout, output);
    }
    reader.close();
    yield output.take();
  }
}

function writeRows(
  reader: TupleReader,
  rows: number,
  { before, writers, nullText, end }: RowLayout,
  output: TextOutput,
): void {
  const columns = writers.map((write, column) => ({
    write,
    before: before[column] ?? nothing,
    fields: reader.fields(column),
  }));
  for (let row = 0; row < rows; row += 1) {
    for (const column of columns) {
      output.write(column.before);
      if (column.fields.lengths[row] === -1) output.write(nullText);
      else column.write(column.fields, row, output);
    }
    output.write(end);
  }
}

const nothing = new Uint8Array();
