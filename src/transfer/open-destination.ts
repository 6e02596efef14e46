import { isHostAllowed } from "../config/allowed-hosts.js";
import { resolveSecret } from "../config/secrets.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { type ConnectionAccess, resolveAllowed } from "./connection-access.js";
import type { Destination } from "./destination.js";
import { createDestination } from "./destinations/destination-registry.js";

/** The destination that an export's definition names. Connects, and resolves secrets, on first use. */
export function openDestination(
  {
    batchExportId,
    definition,
  }: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
  },
  access: ConnectionAccess & { readonly filesRoot: string },
): Destination {
  return createDestination({
    definition: definition.destination,
    access: {
      filesRoot: access.filesRoot,
      connection: (reference) => resolveAllowed(reference, access),
      secret: (reference) =>
        resolveSecret({ reference, access: access.policy, env: access.env }),
      isHostAllowed: (host) => isHostAllowed(host, access.policy),
      rows: {
        batchExportId,
        timestampColumn: definition.source.timestamp_column,
        timestampTimeZone: definition.source.timestamp_timezone,
        exportTimeZone: definition.timezone,
      },
    },
  });
}
