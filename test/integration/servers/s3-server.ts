import { S3 } from "@aws-sdk/client-s3";
import { describe } from "@jest/globals";
import { s3Keys } from "./s3-keys.mjs";

export { s3Keys };

/** The S3 server that global-setup.mjs started for all integration tests. A file makes buckets of its own. */
export interface S3Server {
  readonly endpoint: string;
  /** Amazon's client, with all rights: for what tests look at from outside. */
  readonly s3: S3;
  /** Closes the client. The server goes on. */
  close(): void;
}

const endpoint = process.env["REFILL_TEST_S3_ENDPOINT"] ?? null;

/** `describe`, where there is an S3 server to run the tests on; else they are skipped, and the name says why. */
export function describeWithS3(name: string, tests: () => void): void {
  if (endpoint !== null) describe(name, tests);
  else {
    const why = "skipped: pip can't bring SeaweedFS to this machine";
    describe.skip(`${name} (${why})`, tests);
  }
}

export function connectToS3(): S3Server {
  if (endpoint === null)
    throw new Error(
      "There is no S3 server: the tests should have been skipped.",
    );
  const s3 = new S3({
    endpoint,
    region: "us-east-1",
    credentials: s3Keys,
    forcePathStyle: true,
  });
  return {
    endpoint,
    s3,
    close: () => {
      s3.destroy();
    },
  };
}
