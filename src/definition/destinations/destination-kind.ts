import type { DefinitionOf, Kind, KindSchema } from "../kind.js";

/** A type of destination: see `Kind`. */
export interface DestinationKind<
  Schema extends KindSchema,
> extends Kind<Schema> {
  /** The references behind which its secrets are: no message may hold what they stand for. */
  secretReferences(
    destination: DefinitionOf<{ schema: Schema }>,
  ): readonly string[];
  /** What an export has there. Two exports that could have the same are refused. */
  output(destination: DefinitionOf<{ schema: Schema }>): DestinationOutput;
}

/** What runs leave at a destination: objects under keys, or rows in a table. */
export type DestinationOutput = ObjectOutput | RowOutput;

export interface ObjectOutput {
  readonly keeps: "objects";
  /** Names what holds the keys, as a bucket: keys in different stores are never the same. Begins with the type. */
  readonly store: string;
  /** Stands with a slash before every key; empty for none. */
  readonly folder: string;
  /** The key template; the format's suffix is added to what it renders. */
  readonly key: string;
  /** Cuts a run into numbered files of about this size and a manifest. Null: one file, and no manifest. */
  readonly maxFileSizeMb: number | null;
}

/** Takes no format: the definition's is null. A table belongs to one export, as each run deletes what it doesn't know of its interval. */
interface RowOutput {
  readonly keeps: "rows";
  /** As the definition writes it. */
  readonly table: string;
  /** The same for the same table, however it is written. Begins with the type. */
  readonly tableId: string;
}
