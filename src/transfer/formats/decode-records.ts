import type { FormatDefinition } from "../../definition/definition.js";
import type { FormatInput } from "../format.js";
import { bytesOf } from "./bytes-of.js";
import { decompress } from "./decompress.js";
import { createFormat } from "./format-registry.js";
import { arrivingRows } from "./parquet/read/arriving-rows.js";
import { storedRows } from "./parquet/read/stored-rows.js";
import { splitRecords } from "./split-records.js";
import type { StoredBytes } from "./stored-bytes.js";

/**
 * The records of one stored object, as bytes that can be compared, not values; without a header. A null format is
 * Postgres's own text for rows. What is yielded holds until the next is asked for.
 * @throws RefillError DESTINATION_DATA_INVALID
 */
export async function* decodeRecords(
  file: StoredBytes,
  format: FormatDefinition | null,
): AsyncGenerator<Uint8Array> {
  if (format?.type === "parquet") {
    yield* storedRows(file);
    return;
  }
  const bytes = file.read(0);
  if (format === null) {
    yield* splitRecords(bytes, { quoted: false });
    return;
  }
  yield* recordsOfText(decompress(bytes, format.compression), format);
}

/** The records that a format makes of rows that arrive, in the same form: equal to those of an object with the same rows. */
export async function* arrivingRecords(
  input: FormatInput,
  format: FormatDefinition | null,
): AsyncGenerator<Uint8Array> {
  if (format === null) {
    yield* splitRecords(bytesOf(input.chunks), { quoted: false });
    return;
  }
  if (format.type === "parquet") {
    yield* arrivingRows(input.columns, input.chunks);
    return;
  }
  const plain = { ...format, compression: "none", level: null } as const;
  yield* recordsOfText(createFormat(plain).encode(input), format);
}

async function* recordsOfText(
  text: AsyncIterable<Uint8Array>,
  format: Exclude<FormatDefinition, { readonly type: "parquet" }>,
): AsyncGenerator<Uint8Array> {
  const isCsv = format.type === "csv";
  let isHeader = isCsv && format.header;
  for await (const record of splitRecords(text, { quoted: isCsv })) {
    if (!isHeader) yield record;
    isHeader = false;
  }
}
