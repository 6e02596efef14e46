import type { JsonlFormatDefinition } from "../../definition/definition.js";
import type { Format } from "../format.js";
import { bytesOf } from "./bytes-of.js";
import { createCompression } from "./compress.js";

/** One JSON object a line, as the source wrote it, ended by a line feed. */
export function jsonlFormat(definition: JsonlFormatDefinition): Format {
  const compression = createCompression(definition);
  return {
    suffix: `.jsonl${compression.suffix}`,
    rowEncoding: { kind: "json-lines", numbers: definition.numbers },
    encode: ({ chunks }) => compression.compress(bytesOf(chunks)),
  };
}
