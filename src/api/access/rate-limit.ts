import { HttpProblem } from "../http/http-problem.js";
import { plainProblem } from "../http/problem.js";

/** Requests that a key may make at once, and how many come back each second. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** A token bucket for each requester, in this process's memory. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit, nowMs: () => number) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  /** Counts a request. @throws HttpProblem 429, with `Retry-After` */
  take(requester: string): void {
    const { burst, perSecond } = this.#limit;
    const atMs = this.#nowMs();
    const bucket = this.#buckets.get(requester) ?? { tokens: burst, atMs };
    const refilled = ((atMs - bucket.atMs) / 1_000) * perSecond;
    const tokens = Math.min(burst, bucket.tokens + refilled);
    this.#buckets.set(requester, { tokens: Math.max(0, tokens - 1), atMs });
    if (tokens >= 1) return;
    const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
    throw new HttpProblem(
      plainProblem(
        429,
        "RATE_LIMITED",
        `Expected at most ${String(perSecond)} requests a second; got more. Wait ${String(seconds)} s.`,
      ),
      { "retry-after": String(seconds) },
    );
  }
}
