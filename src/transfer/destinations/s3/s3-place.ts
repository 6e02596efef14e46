import type { S3DestinationDefinition } from "../../../definition/destinations/s3.js";
import { RefillError } from "../../../domain/errors.js";

/** Where in which store objects go. Holds no secret. */
export type S3Place = Pick<
  S3DestinationDefinition,
  "bucket" | "prefix" | "region" | "endpoint" | "path_style" | "sse"
>;

/** What tells a place from all others: `s3:bucket/prefix` at Amazon, `s3:http://host:9000/bucket` elsewhere. */
export function identityOf({ bucket, prefix, endpoint }: S3Place): string {
  const server = endpoint === null ? "" : `${new URL(endpoint).origin}/`;
  return `s3:${server}${bucket}${prefix === null ? "" : `/${prefix}`}`;
}

/**
 * A key of the destination as the bucket has it, under the prefix.
 * @throws RefillError DESTINATION_FORBIDDEN for a key that would leave the prefix where a reader takes it for a path
 */
export function objectKey({ prefix }: S3Place, key: string): string {
  if (key.startsWith("/") || key.split("/").includes("..")) {
    throw new RefillError(
      "DESTINATION_FORBIDDEN",
      `Expected a key below the destination's prefix, got ${key}. Use one without .. that doesn't begin with a slash.`,
    );
  }
  return `${keyPrefix({ prefix })}${key}`;
}

/** What stands before every key: `exports/`, or nothing. */
export function keyPrefix({ prefix }: Pick<S3Place, "prefix">): string {
  return prefix === null ? "" : `${prefix}/`;
}
