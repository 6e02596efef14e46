import { describe, expect, test } from "@jest/globals";
import { BackfillFeeds } from "../../src/api/events/backfill-feed.js";
import type { BackfillDescription } from "../../src/contract/objects/backfill-description.js";
import { aDescription } from "../cli/a-description.js";

const open = aDescription({ status: "Running" });
const closed = aDescription({ status: "Completed" });

/** A source whose every read waits to be answered by the test. */
function source() {
  const asked: {
    id: string;
    answer: (read: BackfillDescription | Error) => void;
  }[] = [];
  let heard: () => void = () => undefined;
  return {
    asked,
    /** Resolves when the next read is asked for. */
    read: (id: string) =>
      new Promise<BackfillDescription>((resolve, reject) => {
        asked.push({
          id,
          answer: (read) => {
            if (read instanceof Error) reject(read);
            else resolve(read);
          },
        });
        heard();
      }),
    another: () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      }),
  };
}

function follower() {
  const told: string[] = [];
  return {
    told,
    show: ({ status }: BackfillDescription) => told.push(status),
    away: () => told.push("away"),
    end: (of: BackfillDescription | null) =>
      told.push(`end ${of?.status ?? "of the server"}`),
  };
}

describe("the feeds of backfills", () => {
  test("read a backfill once however many follow it, and no more when all have gone", async () => {
    const from = source();
    const feeds = new BackfillFeeds({ read: from.read, pollMs: 1 });
    const followers = Array.from({ length: 50 }, follower);
    const leave = followers.map((one) => feeds.follow("a", one));
    expect([feeds.readers, from.asked.length]).toEqual([1, 1]);
    const another = from.another();
    from.asked[0]?.answer(open);
    await another;
    expect(followers.map(({ told }) => told)).toEqual(
      followers.map(() => ["Running"]),
    );
    const late = follower();
    leave.push(feeds.follow("a", late));
    expect(late.told).toEqual(["Running"]);
    for (const one of leave) one();
    expect(feeds.readers).toBe(0);
  });

  test("go on when a read fails, and end with the backfill", async () => {
    const from = source();
    const feeds = new BackfillFeeds({ read: from.read, pollMs: 1 });
    const one = follower();
    feeds.follow("a", one);
    let another = from.another();
    from.asked[0]?.answer(new Error("the database restarts"));
    await another;
    another = from.another();
    from.asked[1]?.answer(open);
    await another;
    from.asked[2]?.answer(closed);
    await new Promise(setImmediate);
    expect(one.told).toEqual(["away", "Running", "Completed", "end Completed"]);
    expect(feeds.readers).toBe(0);
  });

  test("are ended by the end of the server", () => {
    const feeds = new BackfillFeeds({ read: source().read, pollMs: 1 });
    const one = follower();
    feeds.follow("a", one);
    feeds.follow("b", one);
    expect(feeds.readers).toBe(2);
    feeds.close();
    expect(one.told).toEqual(["end of the server", "end of the server"]);
    expect(feeds.readers).toBe(0);
  });
});
