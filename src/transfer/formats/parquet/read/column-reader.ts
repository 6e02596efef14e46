import { encoding } from "../page-header.js";
import type { DecompressPage } from "./decompress-page.js";
import { asStruct, numberOf, type StoredColumn } from "./footer.js";
import { decodeHybrid } from "./hybrid-values.js";
import { notOurParquet } from "./not-our-parquet.js";
import {
  Dictionary,
  IndexedValues,
  type PageValues,
  PlainValues,
} from "./page-values.js";
import { type RowBytes, rowMark } from "./row-bytes.js";
import { ThriftReader } from "./thrift-reader.js";

/** How much of a list there is at a level, and of a column without lists. */
const listLevel = { noList: 0, emptyList: 1, nullElement: 2, element: 3 };
const flatValue = 1;

const dataPage = 0;
const noLevels: Uint8Array = new Uint8Array();

/** Reads the pages of one column of a row group, one at a time, and hands their values to rows. */
export class ColumnReader {
  readonly #column: StoredColumn;
  readonly #decompress: DecompressPage;
  readonly #bytes: Uint8Array;
  #position = 0;
  #dictionary: Dictionary | null = null;
  #definitions = noLevels;
  #repetitions = noLevels;
  #values: PageValues = new PlainValues(noLevels, { kind: "prefixed" });
  #next = 0;

  /** Its pages, as they are stored. */
  constructor(
    column: StoredColumn,
    bytes: Uint8Array,
    decompress: DecompressPage,
  ) {
    this.#column = column;
    this.#bytes = bytes;
    this.#decompress = decompress;
  }

  /** Whether a row can be appended without reading another page: none begins in one page and ends in another. */
  get hasRow(): boolean {
    return this.#next < this.#definitions.length;
  }

  /** Reads the next data page. @throws RefillError DESTINATION_DATA_INVALID */
  async readPage(): Promise<void> {
    do {
      if (this.#position >= this.#bytes.byteLength) {
        throw notOurParquet("a column with too few rows");
      }
      await this.#readAnyPage();
    } while (!this.hasRow);
  }

  /** Appends the next row's value, NULL or list. */
  append(row: RowBytes): void {
    if (this.#column.isList) this.#appendList(row);
    else if (this.#definitions[this.#next++] === flatValue) {
      row.mark(rowMark.value);
      this.#values.appendNext(row);
    } else {
      row.mark(rowMark.null);
    }
  }

  #appendList(row: RowBytes): void {
    const first = this.#definitions[this.#next];
    if (first === listLevel.noList) {
      row.mark(rowMark.null);
      this.#next += 1;
      return;
    }
    row.mark(rowMark.list);
    do {
      const level = this.#definitions[this.#next++];
      if (level === listLevel.nullElement) row.mark(rowMark.null);
      if (level !== listLevel.element) continue;
      row.mark(rowMark.value);
      this.#values.appendNext(row);
    } while (this.#repetitions[this.#next] === 1);
    row.mark(rowMark.endOfList);
  }

  async #readAnyPage(): Promise<void> {
    const reader = new ThriftReader(this.#bytes, this.#position);
    const header = reader.struct();
    const start = reader.position;
    const end = start + numberOf(header, 3);
    this.#position = end;
    const page = await this.#decompress(
      this.#bytes.subarray(start, end),
      numberOf(header, 2),
    );
    if (numberOf(header, 1) === dataPage) {
      const facts = asStruct(header.get(5));
      const isIndexed = numberOf(facts, 2) === encoding.dictionary;
      this.#openPage(page, numberOf(facts, 1), isIndexed);
    } else {
      const entries = numberOf(asStruct(header.get(7)), 1);
      this.#dictionary = new Dictionary(page, this.#column.values, entries);
    }
  }

  #openPage(page: Uint8Array, levels: number, isIndexed: boolean): void {
    const { isList, values: layout } = this.#column;
    let at = 0;
    const take = (bitWidth: number): Uint8Array => {
      const end =
        at + 4 + Buffer.from(page.buffer, page.byteOffset).readUInt32LE(at);
      const taken = new Uint8Array(levels);
      decodeHybrid(page.subarray(at + 4, end), bitWidth, taken);
      at = end;
      return taken;
    };
    this.#repetitions = isList ? take(1) : noLevels;
    this.#definitions = take(isList ? 2 : 1);
    this.#next = 0;
    const present = isList ? listLevel.element : flatValue;
    const count = this.#definitions.reduce(
      (sum, level) => (level === present ? sum + 1 : sum),
      0,
    );
    const values = page.subarray(at);
    this.#values = isIndexed
      ? new IndexedValues(values, this.#needDictionary(), count)
      : new PlainValues(values, layout);
  }

  #needDictionary(): Dictionary {
    if (this.#dictionary !== null) return this.#dictionary;
    throw notOurParquet("indexes without a dictionary");
  }
}
