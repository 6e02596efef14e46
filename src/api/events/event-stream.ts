import type { ServerResponse } from "node:http";
import { toJson } from "../../contract/json.js";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import type { Follower } from "./backfill-feed.js";
import { messagesSince } from "./backfill-messages.js";

/** How long a browser waits before it comes back after a cut. */
const RETRY_MS = 2_000;

/** A backfill's messages on an HTTP answer, as server-sent events. */
export class EventStream implements Follower {
  readonly #out: ServerResponse;
  #seen: string;

  /** Begins the answer; `seen` is what its client has seen before. */
  constructor(out: ServerResponse, seen: string) {
    this.#out = out;
    this.#seen = seen;
    // A client that goes in the middle of a write: its close is heard elsewhere.
    out.on("error", () => undefined);
    out.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Kept alive after its end, it would hold up the end of the server.
      connection: "close",
      // Proxies that hold answers back until they are complete would hold this one back for ever.
      "x-accel-buffering": "no",
    });
    out.write(`retry: ${String(RETRY_MS)}\n\n`);
  }

  /** A client that is slow gets the state of later instead: nothing piles up for it here. */
  show(description: BackfillDescription): void {
    if (this.#isReady()) this.#write(description);
  }

  away(): void {
    this.comment("the ledger is away");
  }

  /** What no client looks at, and what keeps a connection from looking dead. */
  comment(text: string): void {
    if (this.#isReady()) this.#out.write(`: ${text}\n\n`);
  }

  end(closed: BackfillDescription | null): void {
    if (this.#out.writableEnded) return;
    if (closed !== null) {
      this.#write(closed);
      const data = toJson({ status: closed.status });
      this.#out.write(`event: end\nid: ${this.#seen}\ndata: ${data}\n\n`);
    }
    this.#out.end();
  }

  #isReady(): boolean {
    return !this.#out.writableEnded && !this.#out.writableNeedDrain;
  }

  #write(description: BackfillDescription): void {
    for (const { event, id, data } of messagesSince(description, this.#seen)) {
      this.#out.write(`event: ${event}\nid: ${id}\ndata: ${data}\n\n`);
      this.#seen = id;
    }
  }
}
