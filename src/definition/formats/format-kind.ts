import type { DefinitionOf, Kind, KindSchema } from "../kind.js";

/** A type of format: see `Kind`. */
export interface FormatKind<Schema extends KindSchema> extends Kind<Schema> {
  /** Added to every key, with its dot: `.jsonl.gz`. */
  suffix(format: DefinitionOf<{ schema: Schema }>): string;
}
