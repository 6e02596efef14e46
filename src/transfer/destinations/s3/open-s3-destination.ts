import type { S3DestinationDefinition } from "../../../definition/destinations/s3.js";
import type { Destination } from "../../destination.js";
import type { DestinationAccess } from "../destination-access.js";
import type { S3Keys } from "./s3-connection.js";
import { s3Destination } from "./s3-destination.js";

/** The destination of a definition, its keys resolved on first use. */
export function openS3Destination(
  definition: S3DestinationDefinition,
  access: DestinationAccess,
): Destination {
  return s3Destination(definition, {
    keys: () => s3Keys(definition, access),
    isHostAllowed: access.isHostAllowed,
  });
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
