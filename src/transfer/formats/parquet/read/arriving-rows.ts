import type { ExportColumn } from "../../../column.js";
import type { RowChunk } from "../../../source.js";
import type { FieldRange } from "../../binary/fields.js";
import { TupleReader } from "../../binary/tuple-reader.js";
import { ListLevels } from "../list-levels.js";
import { PageBuffer, PageMemory } from "../page-buffer.js";
import { type ParquetColumn, parquetColumn } from "../parquet-column.js";
import type { ValueForm } from "../value-form.js";
import { valueForm } from "../value-forms.js";
import { RowBytes, rowMark } from "./row-bytes.js";
import { digestOfColumns } from "./schema-digest.js";

/** Rows looked at in one go are of about this many bytes. */
const batchBytes = 1024 * 1024;

/**
 * The rows of COPY's binary format as `RowBytes` has them: each value as Parquet holds it, but without pages, levels and
 * dictionaries, so that what went wrong in those shows. What is yielded holds until the next is asked for.
 * @throws RefillError SOURCE_DATA_INVALID for a value that Parquet has no form for
 */
export async function* arrivingRows(
  columns: readonly ExportColumn[],
  chunks: AsyncIterable<RowChunk>,
): AsyncGenerator<Uint8Array> {
  const parquetColumns = columns.map(parquetColumn);
  const memory = new PageMemory();
  const fields = parquetColumns.map((column) => new Field(column, memory));
  const row = new RowBytes(digestOfColumns(parquetColumns));
  const reader = new TupleReader(columns.length);
  for await (const { bytes } of chunks) {
    reader.open(bytes);
    for (;;) {
      const { rows } = reader.read(batchBytes);
      if (rows === 0) break;
      const ranges = fields.map((_, index) => reader.fields(index));
      for (let at = 0; at < rows; at += 1) {
        for (const [index, field] of fields.entries()) {
          const range = ranges[index];
          if (range === undefined) continue;
          field.append({ fields: range, from: at, to: at + 1 }, row);
        }
        yield row.take();
      }
    }
    reader.close();
  }
}

/** One column of the rows that arrive. */
class Field {
  readonly #form: ValueForm | null;
  readonly #lists: ListLevels | null;
  readonly #page: PageBuffer;

  constructor(column: ParquetColumn, memory: PageMemory) {
    const isBits = column.physical.name === "BOOLEAN"; // a page packs them, a row does not
    this.#form = isBits ? null : valueForm(column);
    this.#lists = column.isList ? new ListLevels(column.name) : null;
    this.#page = new PageBuffer(memory);
  }

  /** Appends what one row has of it. */
  append(range: FieldRange, row: RowBytes): void {
    if (isNull(range)) row.mark(rowMark.null);
    else if (this.#lists === null) this.#appendValue(range, row);
    else this.#appendList(this.#lists, range, row);
  }

  #appendList(lists: ListLevels, range: FieldRange, row: RowBytes): void {
    const { fields, to } = lists.append(range);
    lists.take();
    row.mark(rowMark.list);
    for (let at = 0; at < to; at += 1) {
      const element: FieldRange = { fields, from: at, to: at + 1 };
      if (isNull(element)) row.mark(rowMark.null);
      else this.#appendValue(element, row);
    }
    row.mark(rowMark.endOfList);
  }

  #appendValue(range: FieldRange, row: RowBytes): void {
    row.mark(rowMark.value);
    if (this.#form === null) {
      const { bytes, starts } = range.fields;
      row.mark(bytes[starts[range.from] ?? 0] === 0 ? 0 : 1);
      return;
    }
    const page = this.#page;
    page.length = 0;
    this.#form.write(range, page);
    row.append(page.bytes, 0, page.length);
  }
}

function isNull({ fields, from }: FieldRange): boolean {
  return (fields.lengths[from] ?? -1) < 0;
}
