import type {
  FormatDefinition,
  FormatDefinitions,
  FormatType,
} from "../../definition/formats/format-kinds.js";
import type { Format, RecordReader } from "../format.js";
import { csvFormat, csvRecords } from "./csv.js";
import { jsonlFormat, jsonlRecords } from "./jsonl.js";
import { parquetFormat, parquetRecords } from "./parquet/parquet.js";
import { rowRecords } from "./rows.js";

/** The code of a type of format: what writes files, and what reads them back. */
interface FormatCode<Definition> {
  readonly write: (definition: Definition) => Format;
  readonly read: (definition: Definition) => RecordReader;
}

type FormatCodes = {
  readonly [T in FormatType]: FormatCode<FormatDefinitions[T]>;
};

/** The code of each type of format: `formatKinds` says all else about it. */
const codes: FormatCodes = {
  jsonl: { write: jsonlFormat, read: jsonlRecords },
  csv: { write: csvFormat, read: csvRecords },
  parquet: { write: parquetFormat, read: parquetRecords },
};

/** Makes the format that a definition asks for. */
export function createFormat(definition: FormatDefinition): Format {
  return write(definition.type, definition);
}

/** Makes what reads back files of the format that a definition asks for; of rows as a table keeps them where it is null. */
export function createRecordReader(
  definition: FormatDefinition | null,
): RecordReader {
  return definition === null ? rowRecords() : read(definition.type, definition);
}

/** Generic, so that the compiler knows that code and definition are of the same type. */
function write<T extends FormatType>(
  type: T,
  definition: FormatDefinitions[T],
): Format {
  return codes[type].write(definition);
}

function read<T extends FormatType>(
  type: T,
  definition: FormatDefinitions[T],
): RecordReader {
  return codes[type].read(definition);
}
