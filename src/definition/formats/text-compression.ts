import { z } from "zod";
import { orElse } from "../key-schemas.js";

const codec = z.enum(["gzip", "zstd", "brotli", "none"]);

/** How a file of text is compressed. */
export type TextCompression = z.output<typeof codec>;

export const defaultTextCompression = "gzip";

export const textCompression = orElse(codec, defaultTextCompression);

/** What to say of a codec that only text has. */
export const ownTextCodecs = { brotli: "Brotli is for JSONL and CSV" };

const suffixes: Readonly<Record<TextCompression, string>> = {
  gzip: ".gz",
  zstd: ".zst",
  brotli: ".br",
  none: "",
};

/** Added to the suffix of the text, with its dot. */
export function compressionSuffix(compression: TextCompression): string {
  return suffixes[compression];
}
