import type { ValueWriter } from "./value-writer.js";

/** What stands around the values of a row, and how each column's are written. */
export interface RowLayout {
  readonly columns: readonly ColumnLayout[];
  readonly nullText: Uint8Array;
  readonly end: Uint8Array;
}

export interface ColumnLayout {
  /** Before each of the column's values. */
  readonly before: Uint8Array;
  readonly writer: ValueWriter;
}
