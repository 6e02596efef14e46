import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Destination } from "../../src/transfer/destination.js";

export interface DestinationFixture {
  readonly destination: Destination;
  /** The bytes under a final name; null where there is none. */
  read(key: string): Promise<Buffer | null>;
  /** Everything that lies at the destination, staged bytes included. */
  list(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** What claims and publishing rely on, for any destination. */
export function destinationConformance(
  name: string,
  create: () => Promise<DestinationFixture>,
): void {
  describe(`the destination ${name}`, () => {
    let fixture: DestinationFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(() => fixture.remove());

    const stage = async (key: string, token: number, text: string) => {
      const { destination } = fixture;
      const writer = await destination.stage(
        destination.describeStaged(key, token),
      );
      for (const part of text.match(/.{1,3}/gs) ?? []) {
        await writer.write(Buffer.from(part));
      }
      await writer.finish();
      return writer;
    };

    test("shows nothing under the final name before publishing, and every byte after", async () => {
      const writer = await stage("2001/a b.jsonl", 1, "first\nsecond\n");
      expect(await fixture.read("2001/a b.jsonl")).toBeNull();
      await writer.publish();
      expect(String(await fixture.read("2001/a b.jsonl"))).toBe(
        "first\nsecond\n",
      );
    });

    test("publishes twice without harm", async () => {
      const writer = await stage("a", 1, "one");
      await writer.publish();
      await writer.publish();
      expect(String(await fixture.read("a"))).toBe("one");
      expect(await fixture.list()).toHaveLength(1);
    });

    test("replaces what an earlier token published, whole", async () => {
      await (await stage("a", 1, "one, and long")).publish();
      await (await stage("a", 2, "two")).publish();
      expect(String(await fixture.read("a"))).toBe("two");
    });

    test("leaves nothing of what is discarded, and keeps what was published before", async () => {
      await (await stage("a", 1, "one")).publish();
      const writer = await stage("a", 2, "two");
      await writer.discard();
      await writer.discard();
      expect(String(await fixture.read("a"))).toBe("one");
      expect(await fixture.list()).toHaveLength(1);
    });

    test("keeps a claim whose staged bytes were destroyed from publishing", async () => {
      const zombie = await stage("a", 1, "zombie");
      const { destination } = fixture;
      await destination.destroyStaged(destination.describeStaged("a", 1));
      await (await stage("a", 2, "newer")).publish();
      await expect(zombie.publish()).rejects.toMatchObject({
        code: "CLAIM_LOST",
      });
      await zombie.discard();
      expect(String(await fixture.read("a"))).toBe("newer");
      expect(await fixture.list()).toHaveLength(1);
    });

    test("stages anew over what an attempt under the same token left behind", async () => {
      await stage("a", 1, "left behind, and longer");
      await (await stage("a", 1, "again")).publish();
      expect(String(await fixture.read("a"))).toBe("again");
      expect(await fixture.list()).toHaveLength(1);
    });

    test("holds staged bytes of two tokens apart", async () => {
      const one = await stage("a", 1, "one");
      const two = await stage("a", 2, "two");
      await two.publish();
      await one.discard();
      expect(String(await fixture.read("a"))).toBe("two");
    });

    test("destroys and removes what is not there without complaint", async () => {
      const { destination } = fixture;
      await destination.destroyStaged(destination.describeStaged("x/y", 7));
      await destination.removePublished(["x/y", "z"]);
      expect(await fixture.list()).toEqual([]);
    });

    test("removes published objects by their keys, and no others", async () => {
      await (await stage("d/a", 1, "a")).publish();
      await (await stage("d/b", 1, "b")).publish();
      await fixture.destination.removePublished(["d/a"]);
      expect(await fixture.read("d/a")).toBeNull();
      expect(String(await fixture.read("d/b"))).toBe("b");
    });

    test("probes without leaving anything", async () => {
      await fixture.destination.probe();
      expect(await fixture.list()).toEqual([]);
    });

    test("describes staged bytes in JSON that survives a round trip", () => {
      const descriptor = fixture.destination.describeStaged("d/a", 3);
      expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
      expect(descriptor).toMatchObject({ key: "d/a", token: 3 });
    });

    test.each(["../a", "a/../../b", "/etc/a"])(
      "refuses the key %s, which leads out of the destination",
      async (key) => {
        const { destination } = fixture;
        const staging = async () =>
          destination.stage(destination.describeStaged(key, 1));
        await expect(staging()).rejects.toMatchObject({
          code: "DESTINATION_FORBIDDEN",
        });
      },
    );
  });
}
