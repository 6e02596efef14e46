import type { FormatDefinition } from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import { decompress } from "./decompress.js";
import { splitRecords } from "./split-records.js";

/**
 * The records of one stored object, as bytes, without a header: what can be compared, not values. A null format is
 * Postgres's own text for rows. What is yielded holds until the next is asked for.
 * @throws RefillError DESTINATION_DATA_INVALID
 */
export async function* decodeRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: FormatDefinition | null,
): AsyncGenerator<Uint8Array> {
  if (format === null) {
    yield* splitRecords(bytes, { quoted: false });
    return;
  }
  switch (format.type) {
    case "jsonl":
      yield* splitRecords(decompress(bytes, format.compression), {
        quoted: false,
      });
      return;
    case "parquet":
      throw notComparable();
    case "csv": {
      let isHeader = format.header;
      const text = decompress(bytes, format.compression);
      for await (const record of splitRecords(text, { quoted: true })) {
        if (!isHeader) yield record;
        isHeader = false;
      }
    }
  }
}

/** For a format whose rows can't be read back one by one. */
export function notComparable(): RefillError {
  return new RefillError(
    "USAGE",
    "Expected an export as JSONL, CSV or rows for a deep look; got Parquet, which can't be read back row by row yet. Verify without --deep: that compares sizes and SHA-256.",
  );
}
