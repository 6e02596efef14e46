import type { Interval } from "../../source.js";

/** The pieces of an interval that are still to be read: each is taken once, by whichever session is free. */
export class PieceQueue {
  readonly #left: Interval[];
  readonly #emptied = new AbortController();

  constructor(pieces: readonly Interval[]) {
    this.#left = [...pieces];
  }

  /** Aborts with the last piece taken: whoever has begun none by then need not begin. */
  get emptied(): AbortSignal {
    return this.#emptied.signal;
  }

  *[Symbol.iterator](): Generator<Interval> {
    for (;;) {
      const piece = this.#left.shift();
      if (this.#left.length === 0) this.#emptied.abort();
      if (piece === undefined) return;
      yield piece;
    }
  }
}
