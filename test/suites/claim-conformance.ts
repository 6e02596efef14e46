import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { RefillError } from "../../src/domain/errors.js";
import type { ExportColumn } from "../../src/transfer/column.js";
import type {
  Destination,
  StagedWriter,
} from "../../src/transfer/destination.js";
import { anyProbe } from "../transfer/any-probe.js";

/** A destination and a view of it from outside, of one piece of output under the key `a`. */
export interface ClaimFixture {
  readonly destination: Destination;
  /** What the rows of an encoded text are made of. */
  readonly columns: readonly ExportColumn[];
  /** A text in a form that the destination takes: bytes that a format might make. */
  encode(text: string): Uint8Array;
  /** The text that a reader finds; null where there is none. */
  seen(): Promise<string | null>;
  /** How many pieces lie there that were staged and not published. */
  leftovers(): Promise<number>;
  remove(): Promise<void>;
}

const key = "a";

/** What claims and publishing rely on, for every destination, whether it keeps objects or rows. */
export function claimConformance(
  name: string,
  create: () => Promise<ClaimFixture>,
): void {
  describe(`claims on the destination ${name}`, () => {
    let fixture: ClaimFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.destination.close();
      await fixture.remove();
    });

    const open = (token: number) => {
      const { destination, columns } = fixture;
      return destination.stage({
        descriptor: destination.describeStaged(key, token),
        columns,
        origin: null,
        interval: { startMs: 0, endMs: 86_400_000 },
        label: "test",
        record: () => Promise.resolve(),
        signal: new AbortController().signal,
      });
    };

    /** Every write is made of the same memory, as an encoder's are. */
    const write = async (writer: StagedWriter, bytes: Uint8Array) => {
      const memory = new Uint8Array(Math.ceil(bytes.byteLength / 5));
      for (let at = 0; at < bytes.byteLength; at += memory.byteLength) {
        const part = bytes.subarray(at, at + memory.byteLength);
        memory.set(part);
        await writer.write(memory.subarray(0, part.byteLength));
        memory.fill(0x2a);
      }
    };

    const stage = async (token: number, text: string) => {
      const writer = await open(token);
      await write(writer, fixture.encode(text));
      await writer.finish();
      return writer;
    };

    test("shows nothing before publishing, and all of it after", async () => {
      const writer = await stage(1, "the first");
      expect(await fixture.seen()).toBeNull();
      await writer.publish();
      expect(await fixture.seen()).toBe("the first");
    });

    test("publishes twice without harm", async () => {
      const writer = await stage(1, "one");
      await writer.publish();
      await writer.publish();
      expect(await fixture.seen()).toBe("one");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("replaces what an earlier token published, whole", async () => {
      await (await stage(1, "one, and long")).publish();
      await (await stage(2, "two")).publish();
      expect(await fixture.seen()).toBe("two");
    });

    test("leaves nothing of what is discarded, and keeps what was published before", async () => {
      await (await stage(1, "one")).publish();
      const writer = await stage(2, "two");
      await writer.discard();
      await writer.discard();
      expect(await fixture.seen()).toBe("one");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("leaves nothing of what is discarded before it is finished, begun or not", async () => {
      const writer = await open(1);
      await write(writer, fixture.encode("half of it"));
      await writer.discard();
      await (await open(2)).discard();
      expect(await fixture.seen()).toBeNull();
      expect(await fixture.leftovers()).toBe(0);
    });

    test("keeps a claim that still writes when its output is destroyed from publishing", async () => {
      const { destination } = fixture;
      const zombie = await open(1);
      await write(zombie, fixture.encode("zombie"));
      await destination.destroyStaged(destination.describeStaged(key, 1));
      await (await stage(2, "newer")).publish();
      const lost = new RefillError("CLAIM_LOST", "A newer claim holds it.");
      const goOn = async () => {
        await write(zombie, fixture.encode("zombie"));
        await zombie.finish();
        await zombie.publish(() => Promise.reject(lost));
      };
      await expect(goOn()).rejects.toBeInstanceOf(RefillError);
      await zombie.discard();
      expect(await fixture.seen()).toBe("newer");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("keeps a claim whose staged output was destroyed from publishing", async () => {
      const zombie = await stage(1, "zombie");
      const { destination } = fixture;
      await destination.destroyStaged(destination.describeStaged(key, 1));
      await (await stage(2, "newer")).publish();
      await expect(zombie.publish()).rejects.toMatchObject({
        code: "CLAIM_LOST",
      });
      await zombie.discard();
      expect(await fixture.seen()).toBe("newer");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("stages anew over what an attempt under the same token left behind", async () => {
      await stage(1, "left behind, and longer");
      await (await stage(1, "again")).publish();
      expect(await fixture.seen()).toBe("again");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("holds the staged output of two tokens apart", async () => {
      const one = await stage(1, "one");
      const two = await stage(2, "two");
      await two.publish();
      await one.discard();
      expect(await fixture.seen()).toBe("two");
      expect(await fixture.leftovers()).toBe(0);
    });

    test("destroys and removes what is not there without complaint", async () => {
      const { destination } = fixture;
      await destination.destroyStaged(destination.describeStaged(key, 7));
      await destination.removePublished([key, "b"]);
      expect(await fixture.leftovers()).toBe(0);
    });

    test("probes without leaving anything", async () => {
      await fixture.destination.probe(anyProbe);
      expect(await fixture.seen()).toBeNull();
      expect(await fixture.leftovers()).toBe(0);
    });

    test("describes what is staged in JSON that survives a round trip", () => {
      const descriptor = fixture.destination.describeStaged(key, 3);
      expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
      expect(descriptor).toMatchObject({
        identity: fixture.destination.identity,
        key,
        token: 3,
      });
    });

    test("describes alike under every token but for the token itself: the ledger fills it in", () => {
      const { destination } = fixture;
      const { token, ...others } = destination.describeStaged(key, 3);
      expect({ ...destination.describeStaged(key, 0), token }).toEqual({
        ...others,
        token,
      });
    });

    test("leaves alone what was staged for a destination of another type", async () => {
      await (await stage(1, "kept")).publish();
      await fixture.destination.destroyStaged({
        type: "another",
        identity: "elsewhere",
        key,
        token: 1,
      });
      expect(await fixture.seen()).toBe("kept");
    });

    test("tells what is published, its size as it was written, and reads it back", async () => {
      const { destination } = fixture;
      const text = "0123456789".repeat(1_000);
      const bytes = fixture.encode(text);
      await stage(1, "staged");
      expect(await destination.stat(key)).toBeNull();
      await (await stage(2, text)).publish();
      const stored = { key, bytes: bytes.byteLength };
      expect(await destination.stat(key)).toEqual(stored);
      const listed: unknown[] = [];
      for await (const one of destination.list("")) listed.push(one);
      expect(listed).toEqual([stored]);
      const parts: Buffer[] = [];
      const { signal } = new AbortController();
      for await (const part of destination.read(key, signal)) {
        parts.push(Buffer.from(part));
      }
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    });
  });
}
