import { OutgoingMessage } from "node:http";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  jest,
  test,
} from "@jest/globals";
import type { Destination } from "../../../src/transfer/destination.js";
import { stageAt } from "../../transfer/stage-at.js";
import {
  connectToS3,
  describeWithS3,
  type S3Server,
} from "../servers/s3-server.js";
import { type Bucket, createBucket } from "./bucket.js";
import { type FaultProxy, type Seen, startFaultProxy } from "./fault-proxy.js";

const MiB = 1024 * 1024;
const partBytes = 5 * MiB;
const letters = ["a", "b", "c", "d"];

describeWithS3("the parts of an upload", () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let bucket: Bucket;
  let destination: Destination;
  /** The attempts to send parts, in their order. */
  let attempts: Seen[];
  beforeAll(async () => {
    server = connectToS3();
    proxy = await startFaultProxy(server.endpoint);
  });
  afterAll(async () => {
    await proxy.close();
    server.close();
  });
  beforeEach(async () => {
    bucket = await createBucket(server);
    destination = bucket.destination({ endpoint: proxy.endpoint });
    attempts = [];
    decideOnParts(() => "pass");
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await destination.close();
  });

  function decideOnParts(
    fate: (seen: Seen) => ReturnType<Parameters<FaultProxy["decide"]>[0]>,
  ): void {
    proxy.decide((seen) => {
      if (!seen.isPart) return "pass";
      attempts.push(seen);
      return fate(seen);
    });
  }

  /** An object of four parts, each of another letter. */
  async function writeLetters(): Promise<void> {
    const writer = await stageAt(destination, "a", 1);
    for (const letter of letters) {
      await writer.write(Buffer.alloc(partBytes, letter));
    }
    await writer.finish();
    await writer.publish();
  }

  async function expectLetters(): Promise<void> {
    const bytes = await bucket.read("exports/refill/a");
    const wanted = letters.map((letter) => Buffer.alloc(partBytes, letter));
    expect(bytes?.equals(Buffer.concat(wanted))).toBe(true);
  }

  const expectOf = ({ headers }: Seen) => headers.expect ?? null;

  test("go on two connections that are kept, and ask for no leave", async () => {
    await writeLetters();
    await expectLetters();
    expect(attempts.map(expectOf)).toEqual([null, null, null, null]);
    const connections = new Set(attempts.map(({ connection }) => connection));
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  test("ask for leave once a connection was lost, so that a server which hangs up can say why", async () => {
    decideOnParts(({ query }) =>
      query.get("partNumber") === "2" && attempts.length <= 2 ? "cut" : "pass",
    );
    await writeLetters();
    await expectLetters();
    const ofSecond = attempts.filter(
      ({ query }) => query.get("partNumber") === "2",
    );
    expect(ofSecond.map(expectOf)).toEqual([null, "100-continue"]);
  });

  test("reach the network in slices, because TLS copies all that it is given", async () => {
    const write = jest.spyOn(OutgoingMessage.prototype, "write");
    const end = jest.spyOn(OutgoingMessage.prototype, "end");
    const writer = await stageAt(bucket.destination(), "a", 1);
    await writer.write(Buffer.alloc(partBytes));
    await writer.finish();
    const given: readonly (readonly unknown[])[] = [
      ...write.mock.calls,
      ...end.mock.calls,
    ];
    const sizes = given.map(([chunk]) =>
      chunk instanceof Uint8Array ? chunk.byteLength : 0,
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBe(partBytes);
    expect(Math.max(...sizes)).toBe(MiB / 4);
    await writer.discard();
  });

  test("lie in the memory of earlier ones, unless an attempt that failed may still be reading it", async () => {
    const allocate = jest.spyOn(Buffer, "allocUnsafeSlow");
    const wholeParts = () =>
      allocate.mock.calls.filter(([size]) => size === partBytes).length;
    await writeLetters();
    expect(wholeParts()).toBeLessThanOrEqual(3);

    allocate.mockClear();
    decideOnParts(({ headers }) =>
      String(headers["amz-sdk-request"]).startsWith("attempt=1;")
        ? "cut"
        : "pass",
    );
    await writeLetters();
    await expectLetters();
    expect(wholeParts()).toBe(letters.length);
  });
});
