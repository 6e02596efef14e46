import type { FieldRange, Fields } from "../binary/fields.js";
import type { Bounds } from "./bounds.js";
import { ColumnValues } from "./column-values.js";
import { FlatLevels, type Levels } from "./levels.js";
import { ListLevels } from "./list-levels.js";
import type { PageMemory } from "./page-buffer.js";
import type { FilePage, PageCompressor } from "./page-compressor.js";
import type { ParquetColumn } from "./parquet-column.js";
import { valueForm } from "./value-forms.js";

/** A page ends with the row that reaches this, so that most fit into memory of 1 MiB. */
const pageBytes = 960 * 1024;

/** The pages of one column in one row group. */
export interface ColumnChunk {
  readonly dictionaryPage: FilePage | null;
  readonly dataPages: readonly FilePage[];
  readonly levels: number;
  readonly nulls: number;
  readonly bounds: Bounds | null;
}

/** Writes one column of a row group after the other. Where pages end depends on the rows alone, not on how they arrive. */
export class ColumnWriter {
  readonly #levels: Levels;
  readonly #values: ColumnValues;
  readonly #compressor: PageCompressor;
  /** Bytes that a value takes beyond those it arrived with; so that NULLs too end a page some time. */
  readonly #overheadBytes: number;
  #dataPages: Promise<FilePage>[] = [];
  #bytesInPage = 0;
  #levelsInChunk = 0;
  #nullsInChunk = 0;

  constructor(
    column: ParquetColumn,
    compressor: PageCompressor,
    memory: PageMemory,
  ) {
    this.#levels = column.isList
      ? new ListLevels(column.name)
      : new FlatLevels();
    this.#values = new ColumnValues(valueForm(column), memory);
    this.#compressor = compressor;
    this.#overheadBytes = column.physical.name === "BYTE_ARRAY" ? 4 : 1;
  }

  /** Takes the column's fields of the first `rows` rows. @throws RefillError SOURCE_DATA_INVALID */
  append(fields: Fields, rows: number): void {
    let from = 0;
    while (from < rows) {
      const to = this.#pageEnd(fields, from, rows);
      const range: FieldRange = { fields, from, to };
      this.#values.append(this.#levels.append(range));
      if (this.#bytesInPage >= pageBytes) this.#endPage();
      from = to;
    }
  }

  /** Ends the row group, and waits for its pages. */
  async endChunk(): Promise<ColumnChunk> {
    if (this.#bytesInPage > 0) this.#endPage();
    const { dictionary, bounds } = this.#values.endChunk();
    const dataPages = this.#dataPages;
    const levels = this.#levelsInChunk;
    const nulls = this.#nullsInChunk;
    this.#dataPages = [];
    this.#levelsInChunk = this.#nullsInChunk = 0;
    const dictionaryPage =
      dictionary === null
        ? null
        : this.#compressor.start(
            dictionary.bytes,
            { kind: "dictionary", entries: dictionary.entries },
            null,
          );
    return {
      dictionaryPage: await dictionaryPage,
      dataPages: await Promise.all(dataPages),
      levels,
      nulls,
      bounds,
    };
  }

  /** The row after the one that fills the page, or the last. */
  #pageEnd({ lengths }: Fields, from: number, to: number): number {
    let bytes = this.#bytesInPage;
    let row = from;
    while (row < to && bytes < pageBytes) {
      const length = lengths[row] ?? 0;
      bytes += this.#overheadBytes + (length > 0 ? length : 0);
      row += 1;
    }
    this.#bytesInPage = bytes;
    return row;
  }

  #endPage(): void {
    const { count, nulls } = this.#levels;
    const { buffer, isIndexed } = this.#values.endPage();
    const bytes = buffer.withLevels(this.#levels.take());
    const page = this.#compressor.start(
      bytes,
      { kind: "data", levels: count, isIndexed },
      buffer,
    );
    page.catch(() => undefined); // told when the row group ends
    this.#dataPages.push(page);
    this.#levelsInChunk += count;
    this.#nullsInChunk += nulls;
    this.#bytesInPage = 0;
  }
}
