import type { CsvFormatDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import type { ExportColumn } from "../column.js";
import type { Format } from "../format.js";
import type { RowChunk } from "../source.js";
import { createCompression } from "./compress.js";
import { bytesOf } from "./bytes-of.js";

/**
 * CSV as the source wrote it (RFC 4180 with line feeds): a header where asked for, and NULL apart from the empty string.
 * @throws RefillError DEFINITION_INVALID when the text for NULL could not be told from a value
 */
export function csvFormat(definition: CsvFormatDefinition): Format {
  if (/[",\r\n]/.test(definition.null_text)) {
    throw new RefillError(
      "DEFINITION_INVALID",
      `Expected format.null_text without commas, double quotes and line breaks, got ${JSON.stringify(definition.null_text)}. Use a plain word, or the empty text.`,
    );
  }
  const compression = createCompression(definition);
  return {
    suffix: `.csv${compression.suffix}`,
    rowEncoding: { kind: "csv", nullText: definition.null_text },
    encode: ({ columns, chunks }) =>
      compression.compress(
        definition.header ? withHeader(columns, chunks) : bytesOf(chunks),
      ),
  };
}

async function* withHeader(
  columns: readonly ExportColumn[],
  chunks: AsyncIterable<RowChunk>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${columns.map(({ name }) => field(name)).join(",")}\n`);
  yield* bytesOf(chunks);
}

/** In quotes where it would read as something else without them. */
function field(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
