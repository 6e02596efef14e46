import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stageAt } from "../../transfer/stage-at.js";
import {
  connectToS3,
  describeWithS3,
  type S3Server,
} from "../servers/s3-server.js";
import { createBucket } from "./bucket.js";

const MB = 1_000_000;

describeWithS3("an object of 500 MB", () => {
  let server: S3Server;
  beforeAll(() => {
    server = connectToS3();
  });
  afterAll(() => {
    server.close();
  });

  test("passes in bounded memory, every byte of it, and comes back the same", async () => {
    const bucket = await createBucket(server);
    const destination = bucket.destination();
    const writer = await stageAt(destination, "large", 1);
    const sent = createHash("sha256");
    const chunk = randomBytes(777_777); // no divisor of a part
    const beforeBytes = heldBytes();
    let mostBytes = 0;
    for (let bytes = 0; bytes < 500 * MB; bytes += chunk.byteLength) {
      chunk.writeUInt32BE(bytes, 0);
      sent.update(chunk);
      await writer.write(chunk);
      mostBytes = Math.max(mostBytes, heldBytes());
    }
    await writer.finish();
    await writer.publish();
    // Two parts of 5 MiB on their way, one that is filled, and what the SDK needs. Memory for each part would be garbage for long.
    expect((mostBytes - beforeBytes) / MB).toBeLessThan(20);

    const got = createHash("sha256");
    const { signal } = new AbortController();
    let bytes = 0;
    for await (const part of destination.read("large", signal)) {
      got.update(part);
      bytes += part.byteLength;
    }
    expect(bytes).toBeGreaterThan(500 * MB);
    expect(got.digest("hex")).toBe(sent.digest("hex"));
    expect((await destination.stat("large"))?.bytes).toBe(bytes);
    await destination.close();
  });
});

/** What parts and all other bytes lie in, beside the heap of objects: garbage too, until it is collected. */
function heldBytes(): number {
  return process.memoryUsage().arrayBuffers;
}
