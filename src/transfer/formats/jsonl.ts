import {
  type JsonlFormatDefinition,
  jsonlKind,
} from "../../definition/formats/jsonl.js";
import type { ExportColumn, ValueKind } from "../column.js";
import type { Format, RecordReader } from "../format.js";
import { createCompression } from "./compress.js";
import { columnLayouts, type ValueWriters } from "./text/column-layouts.js";
import { encodeRows } from "./text/encode-rows.js";
import { jsonWriters } from "./text/json-values.js";
import type { RowLayout } from "./text/row-layout.js";
import { textRecords } from "./text-records.js";

/** One JSON object a line, as Postgres's row_to_json makes it, ended by a line feed. docs/formats.md tells of each type. */
export function jsonlFormat(definition: JsonlFormatDefinition): Format {
  const compression = createCompression(definition);
  const { numbers } = definition;
  const writers = jsonWriters(numbers);
  return {
    suffix: jsonlKind.suffix(definition),
    rowEncoding: {
      kind: "binary",
      takes: Object.keys(writers) as ValueKind[],
      otherwise: { as: "json", numbers },
    },
    encode: ({ columns, chunks }) =>
      compression.compress(encodeRows(chunks, layoutOf(columns, writers))),
  };
}

/** Reads what it wrote, line by line. */
export function jsonlRecords(definition: JsonlFormatDefinition): RecordReader {
  return textRecords({
    compression: definition.compression,
    plain: jsonlFormat({ ...definition, compression: "none", level: null }),
    quoted: false,
    hasHeader: false,
  });
}

function layoutOf(
  columns: readonly ExportColumn[],
  writers: ValueWriters,
): RowLayout {
  return {
    columns: columnLayouts(columns, writers, {
      as: "JSON",
      before: (name, index) =>
        `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`,
    }),
    nullText: Buffer.from("null"),
    end: Buffer.from("}\n"),
  };
}
