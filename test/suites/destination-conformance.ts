import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Destination } from "../../src/transfer/destination.js";
import { stageAt } from "../transfer/stage-at.js";
import { claimConformance } from "./claim-conformance.js";

export interface DestinationFixture {
  readonly destination: Destination;
  /** The bytes under a final name; null where there is none. */
  read(key: string): Promise<Buffer | null>;
  /** Everything that lies at the destination, staged bytes included. */
  list(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** What claims and publishing rely on, and what is asked of a destination that keeps objects under keys. */
export function destinationConformance(
  name: string,
  create: () => Promise<DestinationFixture>,
): void {
  claimConformance(name, async () => {
    const fixture = await create();
    return {
      ...fixture,
      columns: [],
      encode: (text) => Buffer.from(text),
      seen: async () => (await fixture.read("a"))?.toString() ?? null,
      leftovers: async () => {
        const published = (await fixture.read("a")) === null ? 0 : 1;
        return (await fixture.list()).length - published;
      },
    };
  });

  describe(`the destination ${name}`, () => {
    let fixture: DestinationFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.destination.close();
      await fixture.remove();
    });

    const stage = async (key: string, token: number, text: string) => {
      const writer = await stageAt(fixture.destination, key, token);
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

    test("tells the size of what is published, and reads every byte of it back", async () => {
      const { destination } = fixture;
      const text = "0123456789".repeat(1_000);
      await (await stage("d/a", 1, text)).publish();
      expect(await destination.stat("d/a")).toEqual({
        key: "d/a",
        bytes: 10_000,
      });
      const { signal } = new AbortController();
      const readFrom = async (fromByte?: number) => {
        const parts: Buffer[] = [];
        for await (const part of destination.read("d/a", signal, fromByte)) {
          parts.push(Buffer.from(part));
        }
        return Buffer.concat(parts).toString();
      };
      expect(await readFrom()).toBe(text);
      expect(await readFrom(9_995)).toBe("56789");
    });

    test("knows of nothing where nothing is published", async () => {
      const { destination } = fixture;
      await stage("d/a", 1, "staged");
      expect(await destination.stat("d/a")).toBeNull();
      expect(await destination.stat("e/f/g")).toBeNull();
      const reading = async () => {
        const { signal } = new AbortController();
        for await (const part of destination.read("d/a", signal)) {
          expect(part.byteLength).toBe(0);
        }
      };
      await expect(reading()).rejects.toMatchObject({
        code: "DESTINATION_UNAVAILABLE",
      });
    });

    test("lists what is published under a prefix, and nothing that is only staged", async () => {
      const { destination } = fixture;
      for (const key of ["d/a.1", "d/a.2", "d/ab/c", "d/b", "e"]) {
        await (await stage(key, 1, key)).publish();
      }
      await stage("d/a.3", 1, "staged");
      const keysOf = async (prefix: string) => {
        const keys: string[] = [];
        for await (const { key, bytes } of destination.list(prefix)) {
          expect(bytes).toBe(key.length);
          keys.push(key);
        }
        return keys.sort();
      };
      expect(await keysOf("d/a.")).toEqual(["d/a.1", "d/a.2"]);
      expect(await keysOf("d/a")).toEqual(["d/a.1", "d/a.2", "d/ab/c"]);
      expect(await keysOf("")).toEqual([
        "d/a.1",
        "d/a.2",
        "d/ab/c",
        "d/b",
        "e",
      ]);
      expect(await keysOf("nowhere/x")).toEqual([]);
    });

    test.each(["../a", "a/../../b", "/etc/a"])(
      "refuses the key %s, which leads out of the destination",
      async (key) => {
        const staging = async () => stageAt(fixture.destination, key, 1);
        await expect(staging()).rejects.toMatchObject({
          code: "DESTINATION_FORBIDDEN",
        });
      },
    );
  });
}
