import {
  type CsvFormatDefinition,
  csvKind,
} from "../../definition/formats/csv.js";
import { RefillError } from "../../domain/errors.js";
import type { ExportColumn } from "../column.js";
import type { Format, RecordReader } from "../format.js";
import { createCompression } from "./compress.js";
import { columnLayouts } from "./text/column-layouts.js";
import { csvKinds, csvWriters } from "./text/csv-values.js";
import { encodeRows } from "./text/encode-rows.js";
import type { RowLayout } from "./text/row-layout.js";
import { textRecords } from "./text-records.js";

/**
 * CSV with line feeds (RFC 4180), its values as Postgres writes them: a header where asked for, and NULL apart from the
 * empty string. @throws RefillError DEFINITION_INVALID when the text for NULL could not be told from a value
 */
export function csvFormat(definition: CsvFormatDefinition): Format {
  if (/[",\r\n]/.test(definition.null_text)) {
    throw new RefillError(
      "DEFINITION_INVALID",
      `Expected format.null_text without commas, double quotes and line breaks, got ${JSON.stringify(definition.null_text)}. Use a plain word, or the empty text.`,
    );
  }
  const compression = createCompression(definition);
  const nullText = Buffer.from(definition.null_text);
  return {
    suffix: csvKind.suffix(definition),
    rowEncoding: {
      kind: "binary",
      takes: csvKinds,
      otherwise: { as: "text" },
    },
    encode: ({ columns, chunks }) => {
      const rows = encodeRows(chunks, layoutOf(columns, nullText));
      return compression.compress(
        definition.header ? withHeader(columns, rows) : rows,
      );
    },
  };
}

/** Reads what it wrote, without the header. */
export function csvRecords(definition: CsvFormatDefinition): RecordReader {
  return textRecords({
    compression: definition.compression,
    plain: csvFormat({ ...definition, compression: "none", level: null }),
    quoted: true,
    hasHeader: definition.header,
  });
}

function layoutOf(
  columns: readonly ExportColumn[],
  nullText: Uint8Array,
): RowLayout {
  const writers = csvWriters({ nullText, isOnlyColumn: columns.length === 1 });
  return {
    columns: columnLayouts(columns, writers, {
      as: "text",
      before: (_name, index) => (index === 0 ? "" : ","),
    }),
    nullText,
    end: Buffer.from("\n"),
  };
}

async function* withHeader(
  columns: readonly ExportColumn[],
  rows: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${columns.map(({ name }) => field(name)).join(",")}\n`);
  yield* rows;
}

/** In quotes where it would read as something else without them. */
function field(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
