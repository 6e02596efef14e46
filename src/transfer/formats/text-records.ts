import type { TextCompression } from "../../definition/formats/text-compression.js";
import type { Format, RecordReader } from "../format.js";
import { decompress } from "./decompress.js";
import { splitRecords } from "./split-records.js";

/** Reads the lines of a format of text, each of which is a record. */
export function textRecords({
  compression,
  plain,
  quoted,
  hasHeader,
}: {
  readonly compression: TextCompression;
  /** The same format, not compressed. */
  readonly plain: Format;
  /** A line feed in double quotes ends no record. */
  readonly quoted: boolean;
  readonly hasHeader: boolean;
}): RecordReader {
  const recordsOf = async function* (text: AsyncIterable<Uint8Array>) {
    let isHeader = hasHeader;
    for await (const record of splitRecords(text, { quoted })) {
      if (!isHeader) yield record;
      isHeader = false;
    }
  };
  return {
    stored: (file) => recordsOf(decompress(file.read(0), compression)),
    arriving: (input) => recordsOf(plain.encode(input)),
  };
}
