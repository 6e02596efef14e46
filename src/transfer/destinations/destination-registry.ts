import type {
  DestinationDefinition,
  DestinationDefinitions,
  DestinationType,
} from "../../definition/destinations/destination-kinds.js";
import type { Destination } from "../destination.js";
import type { DestinationAccess } from "./destination-access.js";
import { filesDestination } from "./files/files-destination.js";
import { postgresDestination } from "./postgres/postgres-destination.js";
import { openS3Destination } from "./s3/open-s3-destination.js";

/** How each type of destination is opened: `destinationKinds` says all else about it. */
const openers: {
  readonly [T in DestinationType]: (
    definition: DestinationDefinitions[T],
    access: DestinationAccess,
  ) => Destination;
} = {
  files: ({ path }, { filesRoot }) =>
    filesDestination({ folder: path, filesRoot }),
  s3: openS3Destination,
  postgres: (definition, access) => postgresDestination({ definition, access }),
};

/** Makes the destination that a definition asks for. Touches nothing yet, and resolves no secret. */
export function createDestination({
  definition,
  access,
}: {
  readonly definition: DestinationDefinition;
  readonly access: DestinationAccess;
}): Destination {
  return open(definition.type, definition, access);
}

/** Generic, so that the compiler knows that opener and definition are of the same type. */
function open<T extends DestinationType>(
  type: T,
  definition: DestinationDefinitions[T],
  access: DestinationAccess,
): Destination {
  return openers[type](definition, access);
}
