import { isHostAllowed } from "../config/allowed-hosts.js";
import { resolveSecret } from "../config/secrets.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import type { Destination } from "../transfer/destination.js";
import { createDestination } from "../transfer/destinations/destination-registry.js";
import { type ConnectionAccess, resolveAllowed } from "./open-source.js";

/** The destination that a definition names. Connects, and resolves secrets, on first use. */
export function openDestination(
  { destination }: BatchExportDefinition,
  access: ConnectionAccess & { readonly filesRoot: string },
): Destination {
  return createDestination({
    definition: destination,
    access: {
      filesRoot: access.filesRoot,
      connection: (reference) => resolveAllowed(reference, access),
      secret: (reference) =>
        resolveSecret({ reference, access: access.policy, env: access.env }),
      isHostAllowed: (host) => isHostAllowed(host, access.policy),
    },
  });
}
