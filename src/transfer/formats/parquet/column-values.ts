import type { FieldRange } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import { IndexList } from "./index-list.js";
import { PageBuffer, type PageMemory } from "./page-buffer.js";
import type { ValueForm } from "./value-form.js";

/** Beyond this a dictionary is finished, and the values after it are written as they are. */
const largestDictionaryBytes = 1024 * 1024;
const mostDictionaryEntries = 64 * 1024;
/** A dictionary pays when with it the first page takes less than this part of its values. */
const payingRatio = 0.75;

export interface PageValues {
  readonly buffer: PageBuffer;
  readonly isIndexed: boolean;
}

export interface ChunkValues {
  /** Null where no page needs it. */
  readonly dictionary: {
    readonly bytes: Buffer;
    readonly entries: number;
  } | null;
  readonly bounds: Bounds | null;
}

/**
 * The values of one column: as indexes of a dictionary where that makes them smaller, else as they are. A column whose
 * first page shows that it does not pay is never tried again in this file.
 */
export class ColumnValues {
  readonly #form: ValueForm;
  readonly #memory: PageMemory;
  readonly #indexes = new IndexList();
  #page: PageBuffer;
  #mayUseDictionary: boolean;
  #isIndexing: boolean;
  #indexedPages = 0;
  #plainBytes = 0;

  constructor(form: ValueForm, memory: PageMemory) {
    this.#form = form;
    this.#memory = memory;
    this.#page = new PageBuffer(memory);
    this.#mayUseDictionary = form.triesDictionary;
    this.#isIndexing = this.#mayUseDictionary;
  }

  append(values: FieldRange): void {
    if (this.#isIndexing && endsHuge(values)) {
      const last = values.to - 1;
      if (last > values.from) this.append({ ...values, to: last });
      this.#stopIndexing();
      this.#form.write({ ...values, from: last }, this.#page);
    } else if (this.#isIndexing) {
      this.#plainBytes += this.#form.index(values, this.#indexes);
    } else {
      this.#form.write(values, this.#page);
    }
  }

  /** Takes the values of the page. */
  endPage(): PageValues {
    const isIndexed = this.#isIndexing && this.#endIndexes();
    const buffer = this.#page;
    this.#page = new PageBuffer(this.#memory);
    return { buffer, isIndexed };
  }

  /** Takes what the pages since the last call have in common. */
  endChunk(): ChunkValues {
    const { entries } = this.#form.dictionary;
    const bytes = entries > 0 ? this.#form.takeDictionary() : null;
    const isUsed = bytes !== null && this.#indexedPages > 0;
    this.#isIndexing = this.#mayUseDictionary;
    this.#indexedPages = 0;
    return {
      dictionary: isUsed ? { bytes, entries } : null,
      bounds: this.#form.takeBounds(),
    };
  }

  /** The page's values so far as they are, and so all that follow in this row group. */
  #stopIndexing(): void {
    this.#form.writeIndexed(this.#indexes, this.#page);
    this.#indexes.clear();
    this.#plainBytes = 0;
    this.#isIndexing = false;
  }

  /** Writes the page's indexes; or, when the first ones show that they don't pay, the values. @returns whether indexes */
  #endIndexes(): boolean {
    const { entries, sizeBytes } = this.#form.dictionary;
    const pays = this.#indexedPages > 0 || this.#pays();
    if (pays && this.#indexes.count > 0) {
      const bytes = this.#indexes.encode(entries);
      this.#page.reserve(bytes.byteLength);
      this.#page.bytes.set(bytes);
      this.#page.length = bytes.byteLength;
      this.#indexedPages += 1;
    } else {
      this.#form.writeIndexed(this.#indexes, this.#page);
    }
    const isIndexed = pays && this.#indexes.count > 0;
    this.#mayUseDictionary &&= pays;
    this.#isIndexing =
      pays &&
      entries <= mostDictionaryEntries &&
      sizeBytes <= largestDictionaryBytes;
    this.#indexes.clear();
    this.#plainBytes = 0;
    return isIndexed;
  }

  #pays(): boolean {
    if (this.#indexes.count === 0) return true; // nothing is known yet
    const { entries, sizeBytes } = this.#form.dictionary;
    const indexedBytes = sizeBytes + this.#indexes.packedBytes(entries);
    return indexedBytes < this.#plainBytes * payingRatio;
  }
}

/** Whether the last value would fill a dictionary alone, which would hold it once more. Only the last can: it ends its page. */
function endsHuge({ fields, to }: FieldRange): boolean {
  return (fields.lengths[to - 1] ?? 0) > largestDictionaryBytes;
}
