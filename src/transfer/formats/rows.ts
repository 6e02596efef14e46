import type { Format } from "../format.js";
import { bytesOf } from "./bytes-of.js";

/** Rows as Postgres itself writes and reads them: for a destination that keeps rows, not files. */
export function rowFormat(): Format {
  return {
    suffix: "",
    rowEncoding: { kind: "copy-text" },
    encode: ({ chunks }) => bytesOf(chunks),
  };
}
