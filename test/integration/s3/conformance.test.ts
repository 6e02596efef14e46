import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { destinationConformance } from "../../suites/destination-conformance.js";
import { stageAt } from "../../transfer/stage-at.js";
import {
  connectToS3,
  describeWithS3,
  type S3Server,
} from "../servers/s3-server.js";
import { createBucket } from "./bucket.js";

describeWithS3("on SeaweedFS", () => {
  let server: S3Server;
  beforeAll(() => {
    server = connectToS3();
  });
  afterAll(() => {
    server.close();
  });

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

  test.each([
    ["encrypted where the definition says so", "AES256"],
    ["as the bucket has it where it doesn't", undefined],
  ] as const)("an object is stored %s", async (_, sse) => {
    const bucket = await createBucket(server);
    const destination = bucket.destination({ prefix: null, sse: sse ?? null });
    const writer = await stageAt(destination, "a", 1);
    await writer.write(Buffer.from("secret"));
    await writer.finish();
    await writer.publish();
    const target = { Bucket: bucket.name, Key: "a" };
    const { ServerSideEncryption } = await server.s3.headObject(target);
    expect(ServerSideEncryption).toBe(sse);
    await destination.close();
  });
});
