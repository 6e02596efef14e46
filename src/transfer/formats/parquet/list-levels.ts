import type { FieldRange } from "../binary/fields.js";
import { LevelList, type Levels } from "./levels.js";
import { notInParquet } from "./not-in-parquet.js";

/** How much of a list there is at a level (parquet-format, LogicalTypes.md, LIST). */
const definition = { noList: 0, emptyList: 1, nullElement: 2, element: 3 };
const definitionBits = 2;
const repetitionBits = 1;

/**
 * An array in binary: the number of dimensions, a flag, the element's type, and for each dimension its length and lower
 * bound, 32 bits each; then the elements, with their lengths before them. Source: utils/adt/arrayfuncs.c, array_send.
 */
const layout = { dimensions: 0, length: 12, elements: 20 };

/** The levels of a column whose rows are arrays of one dimension. Where an array begins to count is not kept. */
export class ListLevels implements Levels {
  readonly #name: string;
  readonly #definitions = new LevelList();
  readonly #repetitions = new LevelList();
  #starts = new Int32Array(1024);
  #lengths = new Int32Array(1024);
  #elements = 0;
  nulls = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get count(): number {
    return this.#definitions.count;
  }

  /** @throws RefillError SOURCE_DATA_INVALID for an array of more dimensions */
  append({ fields, from, to }: FieldRange): FieldRange {
    this.#elements = 0;
    for (let row = from; row < to; row += 1) {
      if ((fields.lengths[row] ?? -1) < 0) {
        this.#add(0, definition.noList);
      } else {
        this.#appendArray(fields.view, fields.starts[row] ?? 0);
      }
    }
    const places = { starts: this.#starts, lengths: this.#lengths };
    return { fields: { ...fields, ...places }, from: 0, to: this.#elements };
  }

  take(): Buffer {
    this.nulls = 0;
    const repetitions = this.#repetitions.take(repetitionBits);
    return Buffer.concat([repetitions, this.#definitions.take(definitionBits)]);
  }

  #appendArray(view: DataView, start: number): void {
    const dimensions = view.getInt32(start + layout.dimensions);
    if (dimensions > 1) {
      throw notInParquet(this.#name, {
        expected: "arrays of one dimension",
        got: `one of ${dimensions}`,
      });
    }
    const length = dimensions === 0 ? 0 : view.getInt32(start + layout.length);
    if (length === 0) this.#add(0, definition.emptyList);
    this.#reserve(length);
    let position = start + layout.elements;
    for (let index = 0; index < length; index += 1) {
      const sizeBytes = view.getInt32(position);
      position += 4;
      this.#starts[this.#elements] = position;
      this.#lengths[this.#elements] = sizeBytes;
      this.#elements += 1;
      const isNull = sizeBytes < 0;
      this.#add(
        index === 0 ? 0 : 1,
        isNull ? definition.nullElement : definition.element,
      );
      if (!isNull) position += sizeBytes;
    }
  }

  #add(repetition: number, level: number): void {
    this.#repetitions.push(repetition);
    this.#definitions.push(level);
    if (level !== definition.element) this.nulls += 1;
  }

  #reserve(count: number): void {
    const needed = this.#elements + count;
    if (needed <= this.#starts.length) return;
    const starts = new Int32Array(needed * 2);
    const lengths = new Int32Array(needed * 2);
    starts.set(this.#starts.subarray(0, this.#elements));
    lengths.set(this.#lengths.subarray(0, this.#elements));
    this.#starts = starts;
    this.#lengths = lengths;
  }
}
