import { afterAll, beforeAll } from "@jest/globals";
import { destinationConformance } from "../../suites/destination-conformance.js";
import {
  describeWithS3,
  type S3Server,
  startS3Server,
} from "../servers/s3-server.js";
import { createBucket } from "./bucket.js";

describeWithS3("on MinIO", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.stop());

  destinationConformance("s3", async () => {
    const bucket = await createBucket(server);
    return {
      destination: bucket.destination(),
      read: (key) => bucket.read(`exports/refill/${key}`),
      list: () => bucket.list(),
      remove: () => Promise.resolve(),
    };
  });

  destinationConformance("s3, at the root of a bucket, encrypted", async () => {
    const bucket = await createBucket(server);
    return {
      destination: bucket.destination({ prefix: null, sse: "AES256" }),
      read: (key) => bucket.read(key),
      list: () => bucket.list(),
      remove: () => Promise.resolve(),
    };
  });
});
