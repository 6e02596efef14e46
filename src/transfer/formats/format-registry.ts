import type { FormatDefinition } from "../../definition/definition.js";
import type { Format } from "../format.js";
import { csvFormat } from "./csv.js";
import { jsonlFormat } from "./jsonl.js";
import { parquetFormat } from "./parquet/parquet.js";

/** Makes the format that a definition asks for. Add a format here and to the definition's schema. */
export function createFormat(definition: FormatDefinition): Format {
  switch (definition.type) {
    case "csv":
      return csvFormat(definition);
    case "jsonl":
      return jsonlFormat(definition);
    case "parquet":
      return parquetFormat(definition);
  }
}
