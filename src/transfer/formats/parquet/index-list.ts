import { bitWidthOf, encodeHybrid } from "./hybrid-runs.js";

const firstIndexes = 1024;

/** The dictionary indexes of one page. */
export class IndexList {
  values = new Uint32Array(firstIndexes);
  count = 0;

  /** Makes room for further indexes after `count`. */
  reserve(count: number): void {
    const needed = this.count + count;
    if (needed <= this.values.length) return;
    const grown = new Uint32Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.count));
    this.values = grown;
  }

  /** Bytes of the indexes when none of them are repeated. */
  packedBytes(entries: number): number {
    return Math.ceil((this.count * bitWidthOf(entries - 1)) / 8);
  }

  /** As RLE_DICTIONARY has them: the width of an index, then all of them. */
  encode(entries: number): Buffer {
    const bitWidth = bitWidthOf(entries - 1);
    const runs = encodeHybrid(this.values, this.count, bitWidth);
    return Buffer.concat([Buffer.of(bitWidth), runs]);
  }

  clear(): void {
    this.count = 0;
  }
}
