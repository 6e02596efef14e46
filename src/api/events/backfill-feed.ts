import { setTimeout as delay } from "node:timers/promises";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { isOpen } from "../../domain/backfills/status.js";

/** Whoever follows a backfill. */
export interface Follower {
  show(description: BackfillDescription): void;
  /** The ledger does not answer; it is asked again. */
  away(): void;
  /** There is nothing more to come: the backfill has closed, or this server ends. */
  end(closed: BackfillDescription | null): void;
}

/** How the backfills are read. */
export interface FeedSource {
  readonly read: (id: string) => Promise<BackfillDescription>;
  readonly pollMs: number;
}

/** All that is followed: one reader for each backfill, however many follow it. */
export class BackfillFeeds {
  readonly #source: FeedSource;
  readonly #feeds = new Map<string, BackfillFeed>();

  constructor(source: FeedSource) {
    this.#source = source;
  }

  /** Follows a backfill until it closes or the answer is called. */
  follow(id: string, follower: Follower): () => void {
    const feed = this.#feeds.get(id) ?? this.#begin(id);
    feed.add(follower);
    return () => {
      feed.remove(follower);
    };
  }

  /** Backfills that are read now. */
  get readers(): number {
    return this.#feeds.size;
  }

  /** Ends all. Clients come back to whichever server is up, and go on from what they have seen. */
  close(): void {
    for (const feed of this.#feeds.values()) feed.end(null);
  }

  #begin(id: string): BackfillFeed {
    const { read, pollMs } = this.#source;
    const feed = new BackfillFeed(
      () => read(id),
      pollMs,
      () => {
        if (this.#feeds.get(id) === feed) this.#feeds.delete(id);
      },
    );
    this.#feeds.set(id, feed);
    void feed.run();
    return feed;
  }
}

/** The reader of one backfill. It ends with its last follower. */
class BackfillFeed {
  readonly #read: () => Promise<BackfillDescription>;
  readonly #pollMs: number;
  readonly #onEnd: () => void;
  readonly #followers = new Set<Follower>();
  readonly #ending = new AbortController();
  #latest: BackfillDescription | null = null;

  constructor(
    read: () => Promise<BackfillDescription>,
    pollMs: number,
    onEnd: () => void,
  ) {
    this.#read = read;
    this.#pollMs = pollMs;
    this.#onEnd = onEnd;
  }

  add(follower: Follower): void {
    this.#followers.add(follower);
    if (this.#latest !== null) follower.show(this.#latest);
  }

  remove(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size === 0) this.end(null);
  }

  end(closed: BackfillDescription | null): void {
    this.#ending.abort();
    this.#onEnd();
    for (const follower of this.#followers) follower.end(closed);
    this.#followers.clear();
  }

  async run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#look();
      await delay(this.#pollMs, null, { signal }).catch(() => null);
    }
  }

  async #look(): Promise<void> {
    try {
      this.#latest = await this.#read();
    } catch {
      // Whatever it is, it is of the servers: the backfill was there when its first follower came.
      for (const follower of this.#followers) follower.away();
      return;
    }
    for (const follower of this.#followers) follower.show(this.#latest);
    if (!isOpen(this.#latest.status)) this.end(this.#latest);
  }
}
