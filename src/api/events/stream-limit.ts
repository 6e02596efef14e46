import { HttpProblem } from "../http/http-problem.js";
import { plainProblem, RETRY_AFTER_SECONDS } from "../http/problem.js";

/** Event streams that may be open at a time. */
export interface StreamLimits {
  readonly perRequester: number;
  readonly total: number;
}

/** A stream takes some tens of kilobytes and a file descriptor, of which a process often has 1,024. */
export const defaultStreamLimits: StreamLimits = {
  perRequester: 250,
  total: 800,
};

/** Counts the open event streams of this process. */
export class StreamLimiter {
  readonly #limits: StreamLimits;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#total;
  }

  /** Counts one in, and answers how to count it out. @throws HttpProblem 429, with `Retry-After` */
  take(requester: string): () => void {
    const { perRequester, total } = this.#limits;
    const own = this.#open.get(requester) ?? 0;
    if (own >= perRequester || this.#total >= total) {
      throw tooMany(Math.min(perRequester, total));
    }
    this.#change(requester, 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#change(requester, -1);
      isTaken = false;
    };
  }

  #change(requester: string, by: 1 | -1): void {
    const now = (this.#open.get(requester) ?? 0) + by;
    if (now === 0) this.#open.delete(requester);
    else this.#open.set(requester, now);
    this.#total += by;
  }
}

function tooMany(limit: number): HttpProblem {
  return new HttpProblem(
    plainProblem(
      429,
      "TOO_MANY_STREAMS",
      `Expected at most ${String(limit)} open event streams; got one more. Close some first.`,
    ),
    { "retry-after": String(RETRY_AFTER_SECONDS) },
  );
}
