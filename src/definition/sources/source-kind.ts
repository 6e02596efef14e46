import type { DefinitionOf, Kind, KindSchema } from "../kind.js";

/** A type of source: see `Kind`. */
export interface SourceKind<Schema extends KindSchema> extends Kind<Schema> {
  /** The references behind which its secrets are: no message may hold what they stand for. */
  secretReferences(source: DefinitionOf<{ schema: Schema }>): readonly string[];
}
