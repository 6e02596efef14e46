import { z } from "zod";
import { orElse } from "../key-schemas.js";
import type { DefinitionOf } from "../kind.js";
import { compressionLevel, levelProblems } from "./compression-levels.js";
import type { FormatKind } from "./format-kind.js";

const defaultCompression = "zstd";

const schema = z.strictObject({
  type: z.literal("parquet"),
  compression: orElse(
    z.enum(["zstd", "snappy", "gzip", "none"]),
    defaultCompression,
  ),
  level: compressionLevel,
});

/** Apache Parquet. Its codec compresses pages, not the file. */
export const parquetKind: FormatKind<typeof schema> = {
  schema,
  ownChoices: { compression: { snappy: "Snappy is for pages of Parquet" } },
  problems: (format) => levelProblems(format, defaultCompression),
  suffix: () => ".parquet",
};

export type ParquetFormatDefinition = DefinitionOf<typeof parquetKind>;
