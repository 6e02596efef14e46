import { z } from "zod";
import {
  maxConcurrentRuns,
  maxFileSizeMb,
  orElse,
  secretReference,
  yesOrNo,
} from "../key-schemas.js";
import type { DefinitionOf } from "../kind.js";
import type { DestinationKind } from "./destination-kind.js";
import { keyProblems } from "./key-rules.js";
import { s3KeyPrefix, s3Problems } from "./s3-rules.js";

const keys = z.strictObject({
  type: z.literal("s3"),
  bucket: z.string({ error: "the name of a bucket" }),
  /** Stands with a slash before every key. Null: keys begin at the root of the bucket. */
  prefix: orElse(
    z.string({ error: "the beginning of all keys, without slashes around it" }),
    null,
  ),
  /** Null: the one that the SDK finds in the worker's environment, else us-east-1. */
  region: orElse(z.string({ error: "a region such as eu-central-1" }), null),
  /** `http://HOST:PORT` or `https://HOST:PORT`. Null: Amazon's own, of the region. */
  endpoint: z
    .string({ error: "the URL of a server" })
    .nullish()
    .transform((url) => url?.replace(/\/$/, "") ?? null),
  /** The bucket in the path of URLs instead of the host's name. */
  path_style: orElse(yesOrNo, null),
  /** Encryption at rest. Null: as the bucket is set. */
  sse: orElse(z.enum(["AES256", "aws:kms", "aws:kms:dsse"]), null),
  /** Both keys are null: the SDK's chain, in the worker. */
  access_key_id: orElse(secretReference, null),
  secret_access_key: orElse(secretReference, null),
  /** Relative to the prefix. */
  key: z.string({ error: "a template for the names of the objects" }),
  max_file_size_mb: orElse(maxFileSizeMb, null),
  max_concurrent_runs: maxConcurrentRuns,
});

const schema = keys.transform((s3) => ({
  ...s3,
  // Servers of one's own seldom have a name for each bucket.
  path_style: s3.path_style ?? s3.endpoint !== null,
}));

/** Objects in a bucket of S3, or of a store that speaks its protocol. */
export const s3Kind: DestinationKind<typeof schema> = {
  schema,
  texts: { endpoint: "url" },
  problems: (s3, definition) => [
    ...s3Problems(s3),
    ...keyProblems(s3["key"], definition, s3KeyPrefix(s3)),
  ],
  secretReferences: ({ access_key_id, secret_access_key }) =>
    [access_key_id, secret_access_key].filter((given) => given !== null),
  output: ({ endpoint, bucket, prefix, key, max_file_size_mb }) => ({
    keeps: "objects",
    store: `s3:${serverOf(endpoint)}/${bucket}`,
    folder: prefix ?? "",
    key,
    maxFileSizeMb: max_file_size_mb,
  }),
};

export type S3DestinationDefinition = DefinitionOf<typeof s3Kind>;

const amazonHost = /^s3([.-][a-z0-9-]+)*\.amazonaws\.com$/;

/** A bucket's name is Amazon's wherever it is reached: by the region's host, or by none that is named. */
function serverOf(endpoint: string | null): string {
  const host = endpoint === null ? "" : new URL(endpoint).host;
  return amazonHost.test(host) ? "" : host;
}
