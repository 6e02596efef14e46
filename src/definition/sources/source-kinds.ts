import type { DefinitionOf, KindSchema } from "../kind.js";
import { postgresKind } from "./postgres.js";
import type { SourceKind } from "./source-kind.js";

/** Every type of source, in the order of messages. `transfer` has the second record, of how each is opened. */
export const sourceKinds = {
  postgres: postgresKind,
} satisfies Readonly<Record<string, SourceKind<KindSchema>>>;

export type SourceType = keyof typeof sourceKinds;

/** The definition of each type of source. */
export type SourceDefinitions = {
  readonly [T in SourceType]: DefinitionOf<(typeof sourceKinds)[T]>;
};

export type SourceDefinition = SourceDefinitions[SourceType];

/** The references behind which a source's secrets are. */
export function sourceSecretReferences(
  source: SourceDefinition,
): readonly string[] {
  const kind: SourceKind<KindSchema> = sourceKinds[source.type];
  return kind.secretReferences(source);
}
