import type { FieldRange } from "../binary/fields.js";
import { encodeHybrid } from "./hybrid-runs.js";

/** What tells a page's reader which rows have a value: Parquet's levels. */
export interface Levels {
  /** Takes the rows, and answers where the values are that they hold. */
  append(rows: FieldRange): FieldRange;
  /** Levels so far: one for each value, NULL, and empty or absent list. */
  readonly count: number;
  /** Those of them without a value. */
  readonly nulls: number;
  /** The levels, as a data page begins with them. Begins anew. */
  take(): Buffer;
}

/** A growing list of small numbers. */
export class LevelList {
  #values = new Uint8Array(1024);
  count = 0;

  push(value: number): void {
    this.reserve(1);
    this.#values[this.count] = value;
    this.count += 1;
  }

  reserve(count: number): Uint8Array {
    const needed = this.count + count;
    if (needed > this.#values.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.#values.subarray(0, this.count));
      this.#values = grown;
    }
    return this.#values;
  }

  /** With the length before, as the first version of data pages has it. Begins anew. */
  take(bitWidth: number): Buffer {
    const runs = encodeHybrid(this.#values, this.count, bitWidth);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(runs.byteLength);
    this.count = 0;
    return Buffer.concat([length, runs]);
  }
}

/** The levels of a column with one value a row: 1, or 0 for NULL. */
export class FlatLevels implements Levels {
  readonly #definitions = new LevelList();
  nulls = 0;

  get count(): number {
    return this.#definitions.count;
  }

  append(rows: FieldRange): FieldRange {
    const { lengths } = rows.fields;
    const rowCount = rows.to - rows.from;
    const levels = this.#definitions.reserve(rowCount);
    let at = this.#definitions.count;
    let values = 0;
    for (let row = rows.from; row < rows.to; row += 1) {
      const isValue = (lengths[row] ?? -1) < 0 ? 0 : 1;
      levels[at++] = isValue;
      values += isValue;
    }
    this.#definitions.count = at;
    this.nulls += rowCount - values;
    return rows;
  }

  take(): Buffer {
    this.nulls = 0;
    return this.#definitions.take(1);
  }
}
