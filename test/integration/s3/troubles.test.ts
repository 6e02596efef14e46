import { createHash } from "node:crypto";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "@jest/globals";
import type { Destination } from "../../../src/transfer/destination.js";
import { anyProbe } from "../../transfer/any-probe.js";
import { stageAt } from "../../transfer/stage-at.js";
import {
  connectToS3,
  describeWithS3,
  s3Keys,
  type S3Server,
} from "../servers/s3-server.js";
import { type Bucket, createBucket, s3DestinationAt } from "./bucket.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

const object = "exports/refill/a";
const MiB = 1024 * 1024;

describeWithS3("an s3 destination in trouble", () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let bucket: Bucket;
  let troubled: Destination;
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
    troubled = bucket.destination({ endpoint: proxy.endpoint });
    proxy.decide(() => "pass");
  });

  /** Stages and publishes 20 MiB: four parts. */
  async function write(destination = troubled): Promise<void> {
    const writer = await stageAt(destination, "a", 1);
    try {
      for (let part = 0; part < 20; part += 1) {
        await writer.write(Buffer.alloc(MiB, part));
      }
      await writer.finish();
      await writer.publish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  async function expectWhole(): Promise<void> {
    const bytes = await bucket.read(object);
    const wanted = Buffer.concat(
      Array.from({ length: 20 }, (_, part) => Buffer.alloc(MiB, part)),
    );
    expect(bytes?.equals(wanted)).toBe(true);
    expect(await bucket.list()).toEqual([object]);
  }

  test("gets over a server that asks to slow down, and over lost connections", async () => {
    const troubles = [
      { status: 503, code: "SlowDown" },
      "cut",
      { status: 500, code: "InternalError" },
      "lose-answer",
    ] as const;
    let requests = 0;
    let met = 0;
    proxy.decide(() => {
      requests += 1;
      const trouble = requests % 2 === 0 ? troubles[met] : undefined;
      if (trouble !== undefined) met += 1;
      return trouble ?? "pass";
    });
    await write();
    expect(met).toBe(troubles.length);
    await expectWhole();
  });

  test.each([
    { status: 503, code: "SlowDown" },
    { status: 500, code: "InternalError" },
    { status: 400, code: "RequestTimeout" },
    { status: 400, code: "ExpiredToken" },
  ])("calls it temporary when that goes on: $code", async (fate) => {
    proxy.decide(({ isPart }) => (isPart ? fate : "pass"));
    await expect(write()).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
      retryable: true,
      message: expect.stringContaining(fate.code),
    });
    expect(await bucket.list()).toEqual([]);
  });

  test("calls a server that can't be reached temporary", async () => {
    await expect(
      write(bucket.destination({ endpoint: "http://127.0.0.1:1" })),
    ).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("leaves no part behind when connections break for good in the middle", async () => {
    proxy.decide(({ query }) =>
      query.get("partNumber") === "2" ? "cut" : "pass",
    );
    await expect(write()).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
    });
    expect(await bucket.uploads(object)).toEqual([]);
    expect(await bucket.list()).toEqual([]);
  });

  test("says that a bucket is not there, from the beginning or suddenly", async () => {
    const missing = { code: "DESTINATION_NOT_FOUND", retryable: false };
    await expect(
      write(bucket.destination({ bucket: "nobody-made-this" })),
    ).rejects.toMatchObject(missing);

    let removal: Promise<unknown> | null = null;
    proxy.decide(async ({ isPart }) => {
      removal ??= isPart
        ? server.s3.deleteBucket({ Bucket: bucket.name })
        : null;
      await removal;
      return "pass" as const;
    });
    // The part may be told that its upload is gone, which may pass; the next attempt hears of the bucket.
    await expect(write()).rejects.toMatchObject({
      code: expect.stringMatching(/^DESTINATION_(NOT_FOUND|UNAVAILABLE)$/),
    });
    await expect(write()).rejects.toMatchObject(missing);
  });

  test.each([
    ["the secret", { secret_access_key: "env:REFILL_SECRET_WRONG" }],
    ["the id", { access_key_id: "env:REFILL_SECRET_WRONG" }],
  ])("says that %s is wrong, and repeats neither", async (_, keys) => {
    const destination = bucket.destination(keys);
    const failure = await destination.probe(anyProbe).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({
      code: "DESTINATION_AUTH_FAILED",
      retryable: false,
    });
    const said = `${failure?.message ?? ""} ${JSON.stringify(failure)}`;
    expect(said).not.toContain("wrong-key");
    expect(said).not.toContain(s3Keys.secretAccessKey);
  });

  test("asks for a secret again after it could not be had", async () => {
    const destination = bucket.destination({
      secret_access_key: "env:REFILL_SECRET_LATE",
    });
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(destination.stat("a")).rejects.toMatchObject({
        code: "DESTINATION_UNAVAILABLE",
        message: expect.stringContaining("REFILL_SECRET_LATE"),
      });
    }
  });

  test.each([
    { endpoint: "https://s3.example.com", path_style: true },
    { endpoint: "https://s3.example.com", path_style: false },
    { endpoint: null, region: "eu-central-1", path_style: true },
    { endpoint: null, region: "eu-central-1", path_style: false },
  ])("reaches no host that the worker does not allow: %j", async (place) => {
    const destination = s3DestinationAt(place, { isHostAllowed: () => false });
    const host =
      place.endpoint === null
        ? "s3.eu-central-1.amazonaws.com"
        : "s3.example.com";
    await expect(destination.probe(anyProbe)).rejects.toMatchObject({
      code: "DESTINATION_FORBIDDEN",
      details: { host },
    });
    await destination.close();
  });

  test("gives up waiting when it is told to, and leaves nothing", async () => {
    const stop = new AbortController();
    let waiting = 0;
    proxy.decide(async ({ isPart }) => {
      if (isPart) {
        waiting += 1;
        if (waiting === 2) stop.abort(new Error("cancelled"));
        await new Promise(() => undefined);
      }
      return "pass" as const;
    });
    const record = () => Promise.resolve();
    const writer = await stageAt(troubled, "a", 1, record, stop.signal);
    const writing = async () => {
      for (;;) await writer.write(Buffer.alloc(8 * MiB));
    };
    await expect(writing()).rejects.toThrow("cancelled");
    await writer.discard();
    expect(await bucket.list()).toEqual([]);
  });

  test("does without looking for earlier uploads where its credentials may not list them", async () => {
    proxy.decide(({ query }) =>
      query.has("uploads") && query.has("prefix")
        ? { status: 403, code: "AccessDenied" }
        : "pass",
    );
    await write();
    await expectWhole();
  });

  test("says which object could not be removed", async () => {
    proxy.decide(({ query }) =>
      query.has("delete") ? { status: 403, code: "AccessDenied" } : "pass",
    );
    await write();
    await expect(troubled.removePublished(["a"])).rejects.toMatchObject({
      code: "DESTINATION_UNWRITABLE",
    });
  });

  describe("while it reads", () => {
    const readAll = async (signal = new AbortController().signal) => {
      const hash = createHash("sha256");
      for await (const chunk of troubled.read("a", signal)) hash.update(chunk);
      return hash.digest("hex");
    };

    test("does not take half an object for all of it", async () => {
      await write();
      proxy.decide(() => "half-answer");
      await expect(readAll()).rejects.toMatchObject({
        code: "DESTINATION_UNAVAILABLE",
      });
    });

    test("stops when it is told to", async () => {
      await write();
      const stop = new AbortController();
      const reading = async () => {
        for await (const chunk of troubled.read("a", stop.signal)) {
          expect(chunk.byteLength).toBeGreaterThan(0);
          stop.abort(new Error("enough"));
        }
      };
      await expect(reading()).rejects.toThrow("enough");
      await expect(readAll(AbortSignal.abort(new Error("never"))))
        .rejects //
        .toThrow("never");
    });
  });
});
