import type { JsonlFormatDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import type { ExportColumn, ValueKind } from "../column.js";
import type { Format } from "../format.js";
import { createCompression } from "./compress.js";
import {
  type RowLayout,
  type ValueWriter,
  encodeRows,
} from "./text/encode-rows.js";
import { jsonWriters } from "./text/json-values.js";

/** One JSON object a line, as Postgres's row_to_json makes it, ended by a line feed. docs/formats.md tells of each type. */
export function jsonlFormat(definition: JsonlFormatDefinition): Format {
  const compression = createCompression(definition);
  const { numbers } = definition;
  const writers = jsonWriters(numbers);
  return {
    suffix: `.jsonl${compression.suffix}`,
    rowEncoding: {
      kind: "binary",
      takes: Object.keys(writers) as ValueKind[],
      otherwise: { as: "json", numbers },
    },
    encode: ({ columns, chunks }) =>
      compression.compress(encodeRows(chunks, layoutOf(columns, writers))),
  };
}

type Writers = Readonly<Partial<Record<ValueKind, ValueWriter>>>;

function layoutOf(
  columns: readonly ExportColumn[],
  writers: Writers,
): RowLayout {
  return {
    before: columns.map(({ name }, index) =>
      Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    ),
    writers: columns.map(
      ({ name, type }) => writers[type.kind] ?? unexpected(name, type.kind),
    ),
    nullText: Buffer.from("null"),
    end: Buffer.from("}\n"),
  };
}

function unexpected(name: string, kind: ValueKind): never {
  throw new RefillError(
    "INTERNAL",
    `Expected the column ${name} as JSON, got it as ${kind}. This is a mistake in Refill: report it with the source's columns.`,
  );
}
