import type { FieldRange, Fields } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import { BytesBounds, type BytesOrder } from "./bytes-bounds.js";
import { copyBytes } from "./copy-bytes.js";
import { doubled, EntryTable } from "./entry-table.js";
import type { IndexList } from "./index-list.js";
import type { PageBuffer } from "./page-buffer.js";
import type { DictionarySize, ValueForm } from "./value-form.js";

export interface BytesFormOptions {
  /** Bytes of the length before each value: none where all have the same. */
  readonly prefixBytes: 0 | 4;
  /** Bytes at the start of each field that are not part of the value. */
  readonly skippedBytes: 0 | 1;
  /** Null: the values are in no order, as JSON. */
  readonly order: BytesOrder | null;
  readonly triesDictionary: boolean;
  /** Makes the values of what arrived, where they are not the same bytes. */
  readonly convert: ((range: FieldRange) => FieldRange) | null;
}

const { imul } = Math; // looking up a global in a loop costs much where code runs in a context of its own, as in tests
const firstEntryBytes = 4 * 1024;
const firstEntries = 1024;

/** Values that are bytes: text, JSON, bytea, and those of a fixed length. */
export class BytesForm implements ValueForm {
  readonly triesDictionary: boolean;
  readonly #options: BytesFormOptions;
  readonly #bounds: BytesBounds | null;
  #table = new EntryTable();
  /** The dictionary's values, each with its prefix, and where each ends. */
  #entryBytes = Buffer.allocUnsafe(firstEntryBytes);
  #entryEnds = new Int32Array(firstEntries);

  constructor(options: BytesFormOptions) {
    this.#options = options;
    this.triesDictionary = options.triesDictionary;
    this.#bounds =
      options.order === null ? null : new BytesBounds(options.order);
  }

  get dictionary(): DictionarySize {
    const entries = this.#table.count;
    return { entries, sizeBytes: this.#endOf(entries - 1) };
  }

  write(arrived: FieldRange, page: PageBuffer): void {
    const { fields, from, to } = this.#converted(arrived);
    const { prefixBytes, skippedBytes } = this.#options;
    const { bytes, starts, lengths } = fields;
    page.reserve(this.#plainBytes(fields, from, to));
    const target = page.bytes;
    let end = page.length;
    for (let at = from; at < to; at += 1) {
      const length = (lengths[at] ?? -1) - skippedBytes;
      if (length < 0) continue;
      const start = (starts[at] ?? 0) + skippedBytes;
      if (prefixBytes > 0) end = writeLength(target, end, length);
      copyBytes(bytes, start, length, target, end);
      end += length;
      this.#bounds?.add(bytes, start, length);
    }
    page.length = end;
  }

  index(arrived: FieldRange, indexes: IndexList): number {
    const { fields, from, to } = this.#converted(arrived);
    const { prefixBytes, skippedBytes } = this.#options;
    const { bytes, starts, lengths } = fields;
    indexes.reserve(to - from);
    let { count } = indexes;
    let plainBytes = 0;
    for (let at = from; at < to; at += 1) {
      const length = (lengths[at] ?? -1) - skippedBytes;
      if (length < 0) continue;
      const start = (starts[at] ?? 0) + skippedBytes;
      indexes.values[count++] = this.#entryOf(bytes, start, length);
      plainBytes += prefixBytes + length;
    }
    indexes.count = count;
    return plainBytes;
  }

  writeIndexed(indexes: IndexList, page: PageBuffer): void {
    for (let number = 0; number < indexes.count; number += 1) {
      const entry = indexes.values[number] ?? 0;
      const start = this.#endOf(entry - 1);
      const length = this.#endOf(entry) - start;
      page.reserve(length);
      copyBytes(this.#entryBytes, start, length, page.bytes, page.length);
      page.length += length;
    }
  }

  takeDictionary(): Buffer {
    const { prefixBytes } = this.#options;
    for (let entry = 0; entry < this.#table.count; entry += 1) {
      const start = this.#endOf(entry - 1) + prefixBytes;
      this.#bounds?.add(this.#entryBytes, start, this.#endOf(entry) - start);
    }
    const taken = this.#entryBytes.subarray(0, this.dictionary.sizeBytes);
    this.#entryBytes = Buffer.allocUnsafe(firstEntryBytes);
    this.#table = new EntryTable();
    return taken;
  }

  takeBounds(): Bounds | null {
    return this.#bounds?.take() ?? null;
  }

  #converted(range: FieldRange): FieldRange {
    return this.#options.convert?.(range) ?? range;
  }

  #plainBytes(fields: Fields, from: number, to: number): number {
    const { prefixBytes, skippedBytes } = this.#options;
    const { lengths } = fields;
    let sizeBytes = 0;
    for (let at = from; at < to; at += 1) {
      const length = (lengths[at] ?? -1) - skippedBytes;
      if (length >= 0) sizeBytes += prefixBytes + length;
    }
    return sizeBytes;
  }

  #entryOf(bytes: Uint8Array, start: number, length: number): number {
    const hash = hashOf(bytes, start, length);
    let slot = this.#table.slotOf(hash);
    for (;;) {
      const entry = this.#table.entryAt(slot);
      if (entry < 0) return this.#addEntry(slot, hash, bytes, start, length);
      if (
        this.#table.hashOf(entry) === hash &&
        this.#isEntry(entry, bytes, start, length)
      ) {
        return entry;
      }
      slot = this.#table.next(slot);
    }
  }

  #isEntry(
    entry: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const entryStart = this.#endOf(entry - 1) + this.#options.prefixBytes;
    if (this.#endOf(entry) - entryStart !== length) return false;
    const entryBytes = this.#entryBytes;
    for (let at = 0; at < length; at += 1) {
      if (entryBytes[entryStart + at] !== bytes[start + at]) return false;
    }
    return true;
  }

  #addEntry(
    slot: number,
    hash: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): number {
    const { prefixBytes } = this.#options;
    let end = this.dictionary.sizeBytes;
    this.#reserveEntry(end + prefixBytes + length);
    if (prefixBytes > 0) end = writeLength(this.#entryBytes, end, length);
    copyBytes(bytes, start, length, this.#entryBytes, end);
    const entry = this.#table.add(slot, hash);
    if (entry >= this.#entryEnds.length) {
      this.#entryEnds = doubled(this.#entryEnds);
    }
    this.#entryEnds[entry] = end + length;
    return entry;
  }

  #reserveEntry(sizeBytes: number): void {
    const present = this.#entryBytes;
    if (sizeBytes <= present.byteLength) return;
    const grown = Buffer.allocUnsafe(
      Math.max(sizeBytes, present.byteLength * 2),
    );
    grown.set(present);
    this.#entryBytes = grown;
  }

  #endOf(entry: number): number {
    return entry < 0 ? 0 : (this.#entryEnds[entry] ?? 0);
  }
}

/** @returns the position after the length */
function writeLength(target: Uint8Array, at: number, length: number): number {
  target[at] = length;
  target[at + 1] = length >>> 8;
  target[at + 2] = length >>> 16;
  target[at + 3] = length >>> 24;
  return at + 4;
}

/** FNV-1a over all bytes, with the upper bits folded down. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + length; at += 1) {
    hash = imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
