import { z } from "zod";
import { orElse } from "../key-schemas.js";
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
  type: z.literal("jsonl"),
  compression: textCompression,
  level: compressionLevel,
  /** How bigint and numeric are written: as JSON's numbers, or in quotes. Every digit is there in both. */
  numbers: orElse(z.enum(["digits", "strings"]), "digits"),
});

/** A JSON object a line. */
export const jsonlKind: FormatKind<typeof schema> = {
  schema,
  ownChoices: { compression: ownTextCodecs },
  problems: (format) => levelProblems(format, defaultTextCompression),
  suffix: ({ compression }) => `.jsonl${compressionSuffix(compression)}`,
};

export type JsonlFormatDefinition = DefinitionOf<typeof jsonlKind>;
