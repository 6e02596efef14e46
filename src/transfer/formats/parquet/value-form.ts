import type { FieldRange } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import type { IndexList } from "./index-list.js";
import type { PageBuffer } from "./page-buffer.js";

/** What values of one physical type look like in a page. NULLs are skipped: levels tell of them. */
export interface ValueForm {
  /** Whether values of this kind repeat often enough to try a dictionary. */
  readonly triesDictionary: boolean;
  /** The different values that `index` has seen. */
  readonly dictionary: DictionarySize;

  /** Appends the values to the page as they are (PLAIN), and tells the bounds of them. */
  write(range: FieldRange, page: PageBuffer): void;

  /** Appends the number of each value in the dictionary. @returns the bytes that the values would take as they are */
  index(range: FieldRange, indexes: IndexList): number;

  /** Appends values of the dictionary to the page as they are. Their bounds are told with the dictionary. */
  writeIndexed(indexes: IndexList, page: PageBuffer): void;

  /** The dictionary's values, which count for the bounds. The next one is empty. */
  takeDictionary(): Buffer;

  /** The bounds of all values since the last call. */
  takeBounds(): Bounds | null;
}

export interface DictionarySize {
  readonly entries: number;
  readonly sizeBytes: number;
}

export const emptyDictionary: DictionarySize = { entries: 0, sizeBytes: 0 };
