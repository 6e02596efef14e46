import type { Bounds } from "./bounds.js";

/** How values of 32 or 64 bits are ordered. */
export type LaneOrder = "int32" | "int64" | "float" | "double";

/** Follows the least and the greatest of values that lie in little-endian lanes of 32 bits. */
export class LaneBounds {
  readonly #order: LaneOrder;
  readonly #min: Int32Array<ArrayBuffer>;
  readonly #max: Int32Array<ArrayBuffer>;
  #isEmpty = true;

  constructor(order: LaneOrder) {
    this.#order = order;
    const lanes = order === "int32" || order === "float" ? 1 : 2;
    this.#min = new Int32Array(lanes);
    this.#max = new Int32Array(lanes);
  }

  /** Takes the values of the lanes from `from` up to, not including, `to`. */
  add(lanes: Int32Array, from: number, to: number): void {
    if (from === to) return;
    switch (this.#order) {
      case "int32":
        this.#addInt32(lanes, from, to);
        break;
      case "int64":
        this.#addInt64(lanes, from, to);
        break;
      case "float":
        this.#addFloats(
          new Float32Array(
            lanes.buffer,
            lanes.byteOffset + from * 4,
            to - from,
          ),
          Float32Array,
        );
        break;
      case "double":
        this.#addFloats(
          new Float64Array(
            lanes.buffer,
            lanes.byteOffset + from * 4,
            (to - from) / 2,
          ),
          Float64Array,
        );
        break;
    }
  }

  /** Null where there is no value, or nothing but NaN. Begins anew. */
  take(): Bounds | null {
    if (this.#isEmpty) return null;
    this.#isEmpty = true;
    return {
      min: new Uint8Array(this.#min.buffer.slice(0)),
      max: new Uint8Array(this.#max.buffer.slice(0)),
      isMinExact: true,
      isMaxExact: true,
    };
  }

  #addInt32(lanes: Int32Array, from: number, to: number): void {
    const first = lanes[from] ?? 0;
    let min = this.#isEmpty ? first : (this.#min[0] ?? 0);
    let max = this.#isEmpty ? first : (this.#max[0] ?? 0);
    for (let at = from; at < to; at += 1) {
      const value = lanes[at] ?? 0;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min[0] = min;
    this.#max[0] = max;
    this.#isEmpty = false;
  }

  /** Two lanes a value, the lower half first: the upper has the sign, the lower is compared without one. */
  #addInt64(lanes: Int32Array, from: number, to: number): void {
    if (this.#isEmpty) {
      this.#min.set(lanes.subarray(from, from + 2));
      this.#max.set(lanes.subarray(from, from + 2));
      this.#isEmpty = false;
    }
    let minLow = (this.#min[0] ?? 0) >>> 0;
    let minHigh = this.#min[1] ?? 0;
    let maxLow = (this.#max[0] ?? 0) >>> 0;
    let maxHigh = this.#max[1] ?? 0;
    for (let at = from; at < to; at += 2) {
      const low = (lanes[at] ?? 0) >>> 0;
      const high = lanes[at + 1] ?? 0;
      if (high < minHigh || (high === minHigh && low < minLow)) {
        minLow = low;
        minHigh = high;
      }
      if (high > maxHigh || (high === maxHigh && low > maxLow)) {
        maxLow = low;
        maxHigh = high;
      }
    }
    this.#min.set([minLow, minHigh]);
    this.#max.set([maxLow, maxHigh]);
  }

  /** The format's rule: NaN is in no order and left out, and zeros count as -0 below and +0 above. */
  #addFloats(
    values: Float32Array | Float64Array,
    View: Float32ArrayConstructor | Float64ArrayConstructor,
  ): void {
    const bounds = {
      min: new View(this.#min.buffer),
      max: new View(this.#max.buffer),
    };
    let min = this.#isEmpty ? Infinity : (bounds.min[0] ?? Infinity);
    let max = this.#isEmpty ? -Infinity : (bounds.max[0] ?? -Infinity);
    for (const value of values) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (min > max) return; // nothing but NaN so far
    bounds.min[0] = min === 0 ? -0 : min;
    bounds.max[0] = max === 0 ? 0 : max;
    this.#isEmpty = false;
  }
}
