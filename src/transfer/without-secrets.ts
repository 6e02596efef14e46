import { redact } from "../config/redact.js";
import { resolveSecret } from "../config/secrets.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { destinationSecretReferences } from "../definition/destinations/destination-kinds.js";
import { sourceSecretReferences } from "../definition/sources/source-kinds.js";
import type { ConnectionAccess } from "./connection-access.js";

/** A text that may leave the process: without the connection string of the ledger, and whatever the definition refers to. */
export async function withoutSecrets(
  text: string,
  definition: BatchExportDefinition,
  access: ConnectionAccess,
): Promise<string> {
  return (await secretsRemover(definition, access))(text);
}

/** What `withoutSecrets` does, for several texts. */
export async function secretsRemover(
  { source, destination }: BatchExportDefinition,
  access: ConnectionAccess,
): Promise<(text: string) => string> {
  const held = await readable(
    [
      ...sourceSecretReferences(source),
      ...destinationSecretReferences(destination),
    ],
    access,
  );
  return (text) => redact(text, [access.defaultUrl, ...held]);
}

/** Those that can be read: what can't be can't stand in a text either. `default` can't, but it is the ledger's. */
async function readable(
  references: readonly string[],
  { policy, env }: ConnectionAccess,
): Promise<readonly string[]> {
  const read = await Promise.allSettled(
    references.map((reference) =>
      resolveSecret({ reference, access: policy, env }),
    ),
  );
  return read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
