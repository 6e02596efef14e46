import type {
  DestinationDefinition,
  S3DestinationDefinition,
} from "../../definition/definition.js";
import type { Destination } from "../destination.js";
import { filesDestination } from "./files/files-destination.js";
import { postgresDestination } from "./postgres/postgres-destination.js";
import type { S3Keys } from "./s3/s3-connection.js";
import { s3Destination } from "./s3/s3-destination.js";

/** What tells the rows of an interval apart in a table, and those of one export from another's. */
export interface ExportedRows {
  readonly batchExportId: string;
  /** As the definition writes it. */
  readonly timestampColumn: string;
  readonly timestampTimeZone: string | null;
  readonly exportTimeZone: string;
}

/** What a destination is given beside its definition: by the worker's configuration and environment, and by its export. */
export interface DestinationAccess {
  /** Absolute. Nothing outside it is ever written. */
  readonly filesRoot: string;
  /** The connection string behind a reference, its host allowed. @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED */
  readonly connection: (reference: string) => Promise<string>;
  /** The secret behind `env:NAME` or `file:PATH`. @throws RefillError SECRET_* */
  readonly secret: (reference: string) => Promise<string>;
  /** Whether the worker's allow-list lets a host be reached. */
  readonly isHostAllowed: (host: string) => boolean;
  readonly rows: ExportedRows;
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
  switch (definition.type) {
    case "files":
      return filesDestination({
        folder: definition.path,
        filesRoot: access.filesRoot,
      });
    case "postgres":
      return postgresDestination({ definition, access });
    case "s3":
      return s3Destination(definition, {
        keys: () => s3Keys(definition, access),
        isHostAllowed: access.isHostAllowed,
      });
  }
}

/** Null where the definition names none: both are named, or neither. */
async function s3Keys(
  { access_key_id, secret_access_key }: S3DestinationDefinition,
  { secret }: DestinationAccess,
): Promise<S3Keys | null> {
  if (access_key_id === null || secret_access_key === null) return null;
  return {
    accessKeyId: await secret(access_key_id),
    secretAccessKey: await secret(secret_access_key),
  };
}
