import type { Format, RecordReader } from "../format.js";
import { bytesOf } from "./bytes-of.js";
import { splitRecords } from "./split-records.js";

/** Rows as Postgres itself writes and reads them: for a destination that keeps rows, not files. */
export function rowFormat(): Format {
  return {
    suffix: "",
    rowEncoding: { kind: "copy-text" },
    encode: ({ chunks }) => bytesOf(chunks),
  };
}

/** Reads rows of that form, a line each. */
export function rowRecords(): RecordReader {
  return {
    stored: (file) => splitRecords(file.read(0), { quoted: false }),
    arriving: ({ chunks }) => splitRecords(bytesOf(chunks), { quoted: false }),
  };
}
