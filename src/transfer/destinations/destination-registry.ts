import type { DestinationDefinition } from "../../definition/definition.js";
import type { Destination } from "../destination.js";
import { filesDestination } from "./files/files-destination.js";

/** What the worker's configuration and environment give a destination. */
export interface DestinationAccess {
  /** Absolute. Nothing outside it is ever written. */
  readonly filesRoot: string;
  /** The connection string behind a reference, its host allowed. @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED */
  readonly connection: (reference: string) => Promise<string>;
}

/**
 * Makes the destination that a definition asks for. Touches nothing yet, and resolves no secret.
 * Add a destination here and to the definition's schema.
 */
export function createDestination(request: {
  readonly definition: DestinationDefinition;
  readonly access: DestinationAccess;
}): Destination {
  const { definition, access } = request;
  return filesDestination({
    folder: definition.path,
    filesRoot: access.filesRoot,
  });
}
