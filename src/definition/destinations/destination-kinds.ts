import type { DefinitionOf, KindSchema } from "../kind.js";
import type { DestinationKind, DestinationOutput } from "./destination-kind.js";
import { filesKind } from "./files.js";
import { postgresKind } from "./postgres.js";
import { s3Kind } from "./s3.js";

/** Every type of destination, in the order of messages. `transfer` has the second record, of how each is opened. */
export const destinationKinds = {
  files: filesKind,
  s3: s3Kind,
  postgres: postgresKind,
} satisfies Readonly<Record<string, DestinationKind<KindSchema>>>;

export type DestinationType = keyof typeof destinationKinds;

/** The definition of each type of destination. */
export type DestinationDefinitions = {
  readonly [T in DestinationType]: DefinitionOf<(typeof destinationKinds)[T]>;
};

export type DestinationDefinition = DestinationDefinitions[DestinationType];

/** What an export has at its destination. */
export function outputOf(
  destination: DestinationDefinition,
): DestinationOutput {
  return kindOf(destination).output(destination);
}

/** The references behind which a destination's secrets are. */
export function destinationSecretReferences(
  destination: DestinationDefinition,
): readonly string[] {
  return kindOf(destination).secretReferences(destination);
}

function kindOf({ type }: DestinationDefinition): DestinationKind<KindSchema> {
  return destinationKinds[type];
}
