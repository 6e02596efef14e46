import { RefillError } from "../../../domain/errors.js";
import { type Fields, viewOf } from "./fields.js";

/** Fields looked at in one go: their places stay in the processor's cache until each column has taken its own. */
const mostFields = 32 * 1024;
const mostRows = 4 * 1024;

/**
 * Finds the fields of COPY's binary rows without making an object for a row: a 16-bit number of fields, then for each a
 * 32-bit length, -1 for NULL, and its bytes. Source: PostgreSQL documentation, COPY, Binary Format.
 */
export class TupleReader {
  readonly #columnCount: number;
  readonly #rowCapacity: number;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #columns: readonly {
    readonly starts: Int32Array;
    readonly lengths: Int32Array;
  }[];
  #bytes: Uint8Array = new Uint8Array();
  #view = viewOf(this.#bytes);
  #position = 0;

  constructor(columnCount: number) {
    const rows = Math.floor(mostFields / Math.max(1, columnCount));
    const capacity = Math.min(mostRows, Math.max(1, rows));
    this.#columnCount = columnCount;
    this.#rowCapacity = capacity;
    this.#starts = new Int32Array(columnCount * capacity);
    this.#lengths = new Int32Array(columnCount * capacity);
    this.#columns = Array.from({ length: columnCount }, (_, column) => {
      const range = [column * capacity, (column + 1) * capacity] as const;
      return {
        starts: this.#starts.subarray(...range),
        lengths: this.#lengths.subarray(...range),
      };
    });
  }

  /** Begins to read whole rows. A plain array of bytes: one view of a Buffer for each long value costs three times as much. */
  open(bytes: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = bytes;
    this.#bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.#view = viewOf(bytes);
    this.#position = 0;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.open(new Uint8Array());
  }

  /**
   * Reads further rows, until a batch is full or has `enoughBytes`. No rows are left when it has none.
   * @throws RefillError INTERNAL when the bytes are not such rows
   */
  read(enoughBytes: number): { readonly rows: number; readonly bytes: number } {
    const start = this.#position;
    const end = this.#bytes.byteLength;
    const enough = start + enoughBytes;
    let rows = 0;
    while (
      rows < this.#rowCapacity &&
      this.#position < end &&
      this.#position < enough
    ) {
      this.#position = this.#readRow(this.#position, rows);
      rows += 1;
    }
    if (this.#position > end) throw brokenRows();
    return { rows, bytes: this.#position - start };
  }

  /** Where the last batch has the fields of a column. */
  fields(column: number): Fields {
    const places = this.#columns[column];
    if (places === undefined) throw brokenRows();
    return { bytes: this.#bytes, view: this.#view, ...places };
  }

  /** The position after the row. Reading beyond the bytes throws a RangeError of the view. */
  #readRow(start: number, row: number): number {
    const view = this.#view;
    const capacity = this.#rowCapacity;
    const columnCount = this.#columnCount;
    if (view.getInt16(start) !== columnCount) throw brokenRows();
    let position = start + 2;
    let place = row;
    for (let column = 0; column < columnCount; column += 1) {
      const length = view.getInt32(position);
      position += 4;
      this.#starts[place] = position;
      this.#lengths[place] = length;
      if (length > 0) position += length;
      place += capacity;
    }
    return position;
  }
}

function brokenRows(): RefillError {
  return new RefillError(
    "INTERNAL",
    "Expected whole rows of COPY's binary format, got other bytes. This is a mistake in Refill: report it with the source's columns.",
  );
}
