import { randomBytes } from "node:crypto";
import type { S3DestinationDefinition } from "../../../src/definition/destinations/s3.js";
import type { Destination } from "../../../src/transfer/destination.js";
import { createDestination } from "../../../src/transfer/destinations/destination-registry.js";
import { noAccess } from "../../transfer/no-access.js";
import { s3Keys, type S3Server } from "../servers/s3-server.js";

/** A bucket of a test's own. */
export interface Bucket {
  readonly name: string;
  /** A destination in it, by path and with a prefix unless the test wants another. */
  destination(changes?: Partial<S3DestinationDefinition>): Destination;
  /** The bytes of an object; null where there is none. */
  read(object: string): Promise<Buffer | null>;
  /** The names of all objects, and of the uploads that are neither completed nor aborted. */
  list(): Promise<readonly string[]>;
  /** The uploads of one object that are neither completed nor aborted. */
  uploads(object: string): Promise<readonly string[]>;
}

export async function createBucket({
  s3,
  endpoint,
}: S3Server): Promise<Bucket> {
  const name = `test-${randomBytes(6).toString("hex")}`;
  await s3.createBucket({ Bucket: name });
  const openUploads = async () => {
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket: name });
    return Uploads.map(({ Key }) => Key ?? "");
  };
  return {
    name,
    destination: (changes) =>
      s3DestinationAt({ bucket: name, endpoint, ...changes }),
    read: async (object) => {
      try {
        const { Body } = await s3.getObject({ Bucket: name, Key: object });
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return null;
        throw error;
      }
    },
    list: async () => {
      const { Contents = [] } = await s3.listObjectsV2({ Bucket: name });
      return [
        ...Contents.map(({ Key }) => Key ?? ""),
        ...(await openUploads()),
      ];
    },
    uploads: async (object) =>
      (await openUploads()).filter((key) => key === object),
  };
}

/** A destination with the test server's keys, found by reference as a worker finds them. */
export function s3DestinationAt(
  definition: Partial<S3DestinationDefinition>,
  { isHostAllowed = () => true }: { isHostAllowed?: () => boolean } = {},
): Destination {
  const secrets: Readonly<Record<string, string>> = {
    "env:REFILL_SECRET_ID": s3Keys.accessKeyId,
    "env:REFILL_SECRET_KEY": s3Keys.secretAccessKey,
    "env:REFILL_SECRET_WRONG": "wrong-key+0123456789",
  };
  return createDestination({
    definition: {
      type: "s3",
      bucket: "unnamed",
      prefix: "exports/refill",
      region: null,
      endpoint: null,
      path_style: true,
      sse: null,
      access_key_id: "env:REFILL_SECRET_ID",
      secret_access_key: "env:REFILL_SECRET_KEY",
      key: "unused",
      max_file_size_mb: null,
      ...definition,
    },
    access: {
      ...noAccess("/nowhere"),
      secret: (reference) => {
        const secret = secrets[reference];
        return secret === undefined
          ? Promise.reject(new Error(`There is no ${reference}.`))
          : Promise.resolve(secret);
      },
      isHostAllowed,
    },
  });
}
