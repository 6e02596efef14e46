import type { DefinitionOf, KindSchema } from "../kind.js";
import { csvKind } from "./csv.js";
import type { FormatKind } from "./format-kind.js";
import { jsonlKind } from "./jsonl.js";
import { parquetKind } from "./parquet.js";

/** Every type of format, in the order of messages. `transfer` has the second record, of how each is written and read. */
export const formatKinds = {
  jsonl: jsonlKind,
  csv: csvKind,
  parquet: parquetKind,
} satisfies Readonly<Record<string, FormatKind<KindSchema>>>;

export type FormatType = keyof typeof formatKinds;

/** The definition of each type of format. */
export type FormatDefinitions = {
  readonly [T in FormatType]: DefinitionOf<(typeof formatKinds)[T]>;
};

export type FormatDefinition = FormatDefinitions[FormatType];

/** What files are written as where a definition names no format. */
export function defaultFormat(): FormatDefinition {
  return jsonlKind.schema.parse({ type: "jsonl" });
}

/** What a format adds to every key, with its dot. Nothing where rows are kept, which have no format. */
export function suffixOf(format: FormatDefinition | null): string {
  if (format === null) return "";
  const kind: FormatKind<KindSchema> = formatKinds[format.type];
  return kind.suffix(format);
}
