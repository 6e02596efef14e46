import type { FilesDestinationDefinition } from "../../definition/definition.js";
import type { Destination } from "../destination.js";
import { filesDestination } from "./files/files-destination.js";

/**
 * Makes the destination that a definition asks for. Touches nothing yet.
 * Add a destination here and to the definition's schema.
 */
export function createDestination(request: {
  readonly definition: FilesDestinationDefinition;
  /** The worker's files root, absolute. Nothing outside it is ever written. */
  readonly filesRoot: string;
}): Destination {
  return filesDestination({
    folder: request.definition.path,
    filesRoot: request.filesRoot,
  });
}
