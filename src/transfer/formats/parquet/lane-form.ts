import type { FieldRange } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import type { LaneDecoder } from "./decode-lanes.js";
import { doubled, EntryTable } from "./entry-table.js";
import type { IndexList } from "./index-list.js";
import { LaneBounds, type LaneOrder } from "./lane-bounds.js";
import type { PageBuffer } from "./page-buffer.js";
import type { DictionarySize, ValueForm } from "./value-form.js";

const { imul } = Math; // looking up a global in a loop costs much where code runs in a context of its own, as in tests
const laneBytes = 4;
const firstEntryLanes = 1024;

/** Values of 32 or 64 bits, which lie in one or two lanes: numbers, dates, timestamps. Little-endian, as the machine. */
export class LaneForm implements ValueForm {
  readonly triesDictionary = true;
  readonly #decode: LaneDecoder;
  readonly #lanes: 1 | 2;
  readonly #bounds: LaneBounds;
  #decoded = new Int32Array(0);
  #table = new EntryTable();
  #entries = new Int32Array(firstEntryLanes);

  constructor(decode: LaneDecoder, order: LaneOrder) {
    this.#decode = decode;
    this.#lanes = order === "int32" || order === "float" ? 1 : 2;
    this.#bounds = new LaneBounds(order);
  }

  get dictionary(): DictionarySize {
    const entries = this.#table.count;
    return { entries, sizeBytes: entries * this.#lanes * laneBytes };
  }

  write(range: FieldRange, page: PageBuffer): void {
    page.reserve((range.to - range.from) * this.#lanes * laneBytes);
    const from = page.length / laneBytes;
    const to = this.#decode(range, page.lanes, from);
    this.#bounds.add(page.lanes, from, to);
    page.length = to * laneBytes;
  }

  index(range: FieldRange, indexes: IndexList): number {
    const most = (range.to - range.from) * this.#lanes;
    if (this.#decoded.length < most) this.#decoded = new Int32Array(most * 2);
    const end = this.#decode(range, this.#decoded, 0);
    indexes.reserve(end / this.#lanes);
    let { count } = indexes;
    for (let at = 0; at < end; at += this.#lanes) {
      const low = this.#decoded[at] ?? 0;
      const high = this.#lanes === 1 ? 0 : (this.#decoded[at + 1] ?? 0);
      indexes.values[count++] = this.#entryOf(low, high);
    }
    indexes.count = count;
    return end * laneBytes;
  }

  writeIndexed(indexes: IndexList, page: PageBuffer): void {
    page.reserve(indexes.count * this.#lanes * laneBytes);
    const { lanes } = page;
    let at = page.length / laneBytes;
    for (let number = 0; number < indexes.count; number += 1) {
      const entry = (indexes.values[number] ?? 0) * this.#lanes;
      lanes[at++] = this.#entries[entry] ?? 0;
      if (this.#lanes === 2) lanes[at++] = this.#entries[entry + 1] ?? 0;
    }
    page.length = at * laneBytes;
  }

  takeDictionary(): Buffer {
    const lanes = this.#table.count * this.#lanes;
    this.#bounds.add(this.#entries, 0, lanes);
    const { buffer } = this.#entries.slice(0, lanes);
    this.#table = new EntryTable();
    return Buffer.from(buffer);
  }

  takeBounds(): Bounds | null {
    return this.#bounds.take();
  }

  #entryOf(low: number, high: number): number {
    const hash = hashOf(low, high);
    let slot = this.#table.slotOf(hash);
    for (;;) {
      const entry = this.#table.entryAt(slot);
      if (entry < 0) return this.#addEntry(slot, hash, low, high);
      if (this.#isEntry(entry, low, high)) return entry;
      slot = this.#table.next(slot);
    }
  }

  #isEntry(entry: number, low: number, high: number): boolean {
    if (this.#lanes === 1) return this.#entries[entry] === low;
    const at = entry * 2;
    return this.#entries[at] === low && this.#entries[at + 1] === high;
  }

  #addEntry(slot: number, hash: number, low: number, high: number): number {
    const entry = this.#table.add(slot, hash);
    const at = entry * this.#lanes;
    if (at + 2 > this.#entries.length) this.#entries = doubled(this.#entries);
    this.#entries[at] = low;
    if (this.#lanes === 2) this.#entries[at + 1] = high;
    return entry;
  }
}

/** Multiplies by odd numbers and folds the upper bits down: neighbours come apart. */
function hashOf(low: number, high: number): number {
  const mixed = imul(low, 0x9e3779b1) ^ imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
