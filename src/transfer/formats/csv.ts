import type { CsvFormatDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import type { Format } from "../format.js";
import { createCompression } from "./compress.js";

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
    rowEncoding: {
      kind: "csv",
      header: definition.header,
      nullText: definition.null_text,
    },
    encode: (rows) => compression.compress(rows),
  };
}
