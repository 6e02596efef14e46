import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { describe } from "@jest/globals";
import { freePort } from "../../../src/embedded/process/free-ports.js";
import { findMinio } from "./minio-binary.mjs";
import { runMinio } from "./minio-server.mjs";
import { testCacheDir } from "./servers.js";

export const s3Keys = {
  accessKeyId: "refill-test",
  secretAccessKey: "not-a-secret+0123456789",
} as const;

/** A real S3 server of a test file's own. */
export interface S3Server {
  readonly endpoint: string;
  /** Amazon's client, with all rights: for what tests look at from outside. */
  readonly s3: S3;
  stop(): Promise<void>;
}

const minio = findMinio(testCacheDir());

/** `describe`, where there is a MinIO to run the tests on; else they are skipped, and the name says why. */
export function describeWithS3(name: string, tests: () => void): void {
  if (minio !== null) describe(name, tests);
  else {
    const why =
      "skipped: there is no minio on PATH or in the cache; `npm test` builds it where there is Go";
    describe.skip(`${name} (${why})`, tests);
  }
}

/** Starts MinIO on a free port of this machine, with an empty folder to keep its objects in. */
export async function startS3Server(): Promise<S3Server> {
  if (minio === null) throw new Error("Expected a MinIO; there is none.");
  const folder = await mkdtemp(join(tmpdir(), "refill-s3-"));
  const port = await freePort({ preferred: null, taken: [] });
  const server = await runMinio({
    command: minio,
    folder,
    port,
    keys: s3Keys,
    env: {
      // A key of no value, so that objects can be encrypted.
      MINIO_KMS_SECRET_KEY: `test:${Buffer.alloc(32, 1).toString("base64")}`,
    },
  });
  const { endpoint } = server;
  const s3 = new S3({
    endpoint,
    region: "us-east-1",
    credentials: s3Keys,
    forcePathStyle: true,
  });
  return {
    endpoint,
    s3,
    stop: async () => {
      s3.destroy();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
