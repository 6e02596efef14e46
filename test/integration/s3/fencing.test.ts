import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { RefillError } from "../../../src/domain/errors.js";
import type {
  Destination,
  StagedDescriptor,
} from "../../../src/transfer/destination.js";
import { stageAt } from "../../transfer/stage-at.js";
import {
  connectToS3,
  describeWithS3,
  type S3Server,
} from "../servers/s3-server.js";
import { type Bucket, createBucket } from "./bucket.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

const object = "exports/refill/a";

describeWithS3("an s3 destination, when attempts overtake each other,", () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let bucket: Bucket;
  /** Straight to the server, and through the proxy. */
  let destination: Destination;
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
    destination = bucket.destination();
    troubled = bucket.destination({ endpoint: proxy.endpoint });
    proxy.decide(() => "pass");
  });

  const held = () => Promise.resolve();
  const lost = () =>
    Promise.reject(new RefillError("CLAIM_LOST", "A newer claim has it."));

  async function stage(
    of: Destination,
    { token, text }: { readonly token: number; readonly text: string },
    record?: (descriptor: StagedDescriptor) => Promise<void>,
  ) {
    const writer = await stageAt(of, "a", token, record);
    await writer.write(Buffer.from(text));
    await writer.finish();
    return writer;
  }

  async function published(): Promise<string | null> {
    const bytes = await bucket.read(object);
    return bytes === null ? null : bytes.toString();
  }

  test("records an upload's id before its first part, by which another worker destroys it", async () => {
    const recorded: StagedDescriptor[] = [];
    const late = await stageAt(destination, "a", 1, async (descriptor) => {
      const [upload] = await bucket.uploads(object);
      expect(upload).toBe(object);
      const { s3 } = server;
      const target = { Bucket: bucket.name, Key: object };
      const UploadId = String(descriptor["upload"]);
      const { Parts } = await s3.listParts({ ...target, UploadId });
      expect(Parts ?? []).toEqual([]);
      recorded.push(descriptor);
    });
    await late.write(Buffer.from("late"));
    await late.finish();
    expect(recorded).toHaveLength(1);
    const descriptor = first(recorded);

    const another = bucket.destination();
    await another.destroyStaged(
      JSON.parse(JSON.stringify(descriptor)) as StagedDescriptor,
    );
    await another.destroyStaged(descriptor);
    expect(await bucket.uploads(object)).toEqual([]);
    await expect(late.publish()).rejects.toMatchObject({ code: "CLAIM_LOST" });
    await late.discard();
    expect(await published()).toBeNull();
    await another.close();
  });

  test("destroys the upload of a worker that died before it could record it", async () => {
    const target = { Bucket: bucket.name, Key: object };
    await server.s3.createMultipartUpload(target);
    await server.s3.createMultipartUpload({ ...target, Key: `${object}.2` });
    const writer = await stage(destination, { token: 2, text: "newer" });
    expect(await bucket.uploads(object)).toEqual([object]);
    await writer.publish(held);
    expect(await bucket.uploads(object)).toEqual([]);
    // Another object's, whose name begins alike, is nobody's business.
    expect(await bucket.uploads(`${object}.2`)).toEqual([`${object}.2`]);
  });

  test("leaves the newer upload alone when it is itself the one that is late, and nothing of its own", async () => {
    const newer = await stage(destination, { token: 2, text: "newer" });
    await expect(
      stage(destination, { token: 1, text: "late" }, lost),
    ).rejects.toMatchObject({ code: "CLAIM_LOST" });
    expect(await bucket.uploads(object)).toEqual([object]);
    await newer.publish(held);
    expect(await published()).toBe("newer");
  });

  test("lets a late attempt, which wakes up between its check and its last request, change nothing", async () => {
    const late = await stage(troubled, { token: 1, text: "late" });
    const [reached, reach] = signalled();
    const [awake, wake] = signalled();
    proxy.decide(async ({ isCompletion }) => {
      if (isCompletion) {
        reach();
        await awake;
      }
      return "pass" as const;
    });
    let isHeld = true;
    const publishing = late.publish(() => (isHeld ? held() : lost()));
    await reached;

    isHeld = false;
    const newer = await stage(destination, { token: 2, text: "newer" });
    await newer.publish(held);
    wake();

    await expect(publishing).rejects.toMatchObject({ code: "CLAIM_LOST" });
    await late.discard();
    expect(await published()).toBe("newer");
    expect(await bucket.list()).toEqual([object]);
  });

  test("lets it change nothing even where its upload could not be destroyed", async () => {
    const late = await stage(troubled, { token: 1, text: "late" });
    let isHeld = true;
    proxy.decide(async ({ isCompletion }) => {
      if (isCompletion && isHeld) {
        isHeld = false;
        const target = { Bucket: bucket.name, Key: object };
        await server.s3.putObject({ ...target, Body: "newer" });
      }
      return "pass" as const;
    });
    await expect(
      late.publish(() => (isHeld ? held() : lost())),
    ).rejects.toMatchObject({ code: "CLAIM_LOST" });
    expect(await published()).toBe("newer");
    await late.discard();
    expect(await bucket.uploads(object)).toEqual([]);
  });

  test("replaces what was put there while it published, when the claim is still its own", async () => {
    const writer = await stage(troubled, { token: 1, text: "ours" });
    let puts = 0;
    proxy.decide(async ({ isCompletion }) => {
      if (isCompletion && puts < 2) {
        puts += 1;
        const target = { Bucket: bucket.name, Key: object };
        await server.s3.putObject({ ...target, Body: `other ${puts}` });
      }
      return "pass" as const;
    });
    await writer.publish(held);
    expect(await published()).toBe("ours");
    expect(puts).toBe(2);
    expect(await bucket.list()).toEqual([object]);
  });

  test("gives up where somebody else never stops writing there", async () => {
    const writer = await stage(troubled, { token: 1, text: "ours" });
    let puts = 0;
    proxy.decide(async ({ isCompletion }) => {
      if (isCompletion) {
        puts += 1;
        const target = { Bucket: bucket.name, Key: object };
        await server.s3.putObject({ ...target, Body: `other ${puts}` });
      }
      return "pass" as const;
    });
    await expect(writer.publish(held)).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
    });
    await writer.discard();
    expect(await bucket.uploads(object)).toEqual([]);
  });

  test("knows its own publication when the answer to it was lost", async () => {
    await (await stage(destination, { token: 1, text: "before" })).publish();
    const writer = await stage(troubled, { token: 2, text: "ours" });
    let losses = 0;
    proxy.decide(({ isCompletion }) => {
      if (!isCompletion || losses > 0) return "pass";
      losses += 1;
      return "lose-answer";
    });
    await writer.publish(held);
    await writer.publish(held);
    expect(losses).toBe(1);
    expect(await published()).toBe("ours");
  });

  test("publishes again after a failure that did not tell whether it had published", async () => {
    const writer = await stage(troubled, { token: 1, text: "ours" });
    proxy.decide(({ isCompletion }) =>
      isCompletion ? "lose-answer" : { status: 403, code: "AccessDenied" },
    );
    await expect(writer.publish(held)).rejects.toMatchObject({
      code: "DESTINATION_UNWRITABLE",
    });
    proxy.decide(() => "pass");
    await writer.publish(held);
    expect(await published()).toBe("ours");
  });

  test("publishes without conditions where the store has none", async () => {
    await (await stage(destination, { token: 1, text: "before" })).publish();
    const writer = await stage(troubled, { token: 2, text: "ours" });
    proxy.decide(({ isCompletion, headers }) =>
      isCompletion && (headers["if-match"] ?? headers["if-none-match"])
        ? { status: 501, code: "NotImplemented" }
        : "pass",
    );
    await writer.publish(held);
    expect(await published()).toBe("ours");
  });

  test("tells an upload that a newer claim destroyed from one that somebody else did", async () => {
    const bytes = Buffer.alloc(9 * 1024 * 1024, "x"); // more than a part
    for (const [record, code] of [
      [held, "DESTINATION_UNAVAILABLE"],
      [lost, "CLAIM_LOST"],
    ] as const) {
      let current: () => Promise<void> = held;
      const recorded: StagedDescriptor[] = [];
      const writer = await stageAt(destination, "a", 1, (descriptor) => {
        recorded.push(descriptor);
        return current();
      });
      current = record;
      await destination.destroyStaged(first(recorded));
      const writing = async () => {
        await writer.write(bytes);
        await writer.finish();
      };
      await expect(writing()).rejects.toMatchObject({ code });
      await writer.discard();
    }
  });

  test("says so when the upload is gone though the claim is held", async () => {
    const recorded: StagedDescriptor[] = [];
    const writer = await stage(destination, { token: 1, text: "a" }, (of) => {
      recorded.push(of);
      return held();
    });
    await destination.destroyStaged(first(recorded));
    await expect(writer.publish(held)).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
      message: expect.stringContaining("lifecycle rule"),
    });
  });

  test("aborts what an earlier definition staged in another bucket, and minds no bucket that is gone", async () => {
    const old = await createBucket(server);
    const recorded: StagedDescriptor[] = [];
    await stage(old.destination(), { token: 1, text: "old" }, (of) => {
      recorded.push(of);
      return held();
    });
    const descriptor = first(recorded);
    await destination.destroyStaged(descriptor);
    expect(await old.uploads(object)).toEqual([]);
    await server.s3.deleteBucket({ Bucket: old.name });
    await destination.destroyStaged(descriptor);
    // Another server is not asked at all.
    await destination.destroyStaged({
      ...descriptor,
      endpoint: "http://127.0.0.1:1",
    });
  });
});

function first(recorded: readonly StagedDescriptor[]): StagedDescriptor {
  const [descriptor] = recorded;
  if (descriptor === undefined) throw new Error("Nothing was recorded.");
  return descriptor;
}

/** A promise, and what fulfils it. */
function signalled(): readonly [Promise<void>, () => void] {
  let signal: (() => void) | null = null;
  const promise = new Promise<void>((resolve) => {
    signal = resolve;
  });
  return [
    promise,
    () => {
      signal?.();
    },
  ];
}
