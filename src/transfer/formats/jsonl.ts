import type { JsonlFormatDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import type { ExportColumn, ValueKind } from "../column.js";
import type { Format } from "../format.js";
import { createCompression } from "./compress.js";
import { type RowLayout, encodeRows } from "./text/encode-rows.js";
import { jsonWriters } from "./text/json-values.js";
import type { ValueWriter } from "./text/value-writer.js";

/** One JSON object a line, as Postgres's row_to_json makes it, ended by a line feed. docs/formats.md tells of each type. */
export function jsonlFormat(definition: JsonlFormatDefinition): Format {
  const compression = createCompression(definition);
  const { numbers } = definition;
  const takes = Object.keys(jsonWriters(numbers)) as ValueKind[];
  return {
    suffix: `.jsonl${compression.suffix}`,
    rowEncoding: {
      kind: "binary",
      takes,
      otherwise: { as: "json", numbers },
    },
    encode: ({ columns, chunks }) =>
      compression.compress(
        encodeRows(chunks, layoutOf(columns, jsonWriters(numbers))),
      ),
  };
}

type Writers = Readonly<Partial<Record<ValueKind, ValueWriter>>>;

function layoutOf(
  columns: readonly ExportColumn[],
  writers: Writers,
): RowLayout {
  return {
    columns: columns.map(({ name, type }, index) => ({
      before: Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
      writer: writers[type.kind] ?? unexpected(name, type.kind),
    })),
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
