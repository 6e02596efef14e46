import { z } from "zod";
import { orElse, yesOrNo } from "../key-schemas.js";
import type { DefinitionOf } from "../kind.js";
import { compressionLevel, levelProblems } from "./compression-levels.js";
import type { FormatKind } from "./format-kind.js";
import {
  compressionSuffix,
  defaultTextCompression,
  ownTextCodecs,
  textCompression,
} from "./text-compression.js";

const schema = z.strictObject({
  type: z.literal("csv"),
  compression: textCompression,
  level: compressionLevel,
  header: orElse(yesOrNo, true),
  /**
   * How NULL is written. The empty string is always quoted, so the two stay apart. The server's own conditions for
   * COPY … (FORMAT csv, NULL …).
   */
  null_text: orElse(
    z
      .string({ error: "text in quotes" })
      .regex(/^[^",\r\n\0\p{Surrogate}]{0,100}$/u, {
        error:
          "at most 100 whole characters without quotes, commas, line breaks or zero bytes",
      }),
    "",
  ),
});

/** CSV as Postgres writes it. */
export const csvKind: FormatKind<typeof schema> = {
  schema,
  ownChoices: { compression: ownTextCodecs },
  problems: (format) => levelProblems(format, defaultTextCompression),
  suffix: ({ compression }) => `.csv${compressionSuffix(compression)}`,
};

export type CsvFormatDefinition = DefinitionOf<typeof csvKind>;
