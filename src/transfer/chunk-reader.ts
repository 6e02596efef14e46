import type { RowChunk } from "./source.js";

/** Reads chunks of rows that more than one file may take from, one after the other. */
export class ChunkReader {
  readonly #iterator: AsyncIterator<RowChunk>;
  #next: IteratorResult<RowChunk> | null = null;

  constructor(chunks: AsyncIterable<RowChunk>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Whether there is another row. Waits for it. */
  async hasMore(): Promise<boolean> {
    this.#next ??= await this.#iterator.next();
    return this.#next.done !== true;
  }

  /** The chunks from here on, for as long as `goesOn` says so before each. What is left is for the next taker. */
  async *take(goesOn: () => boolean): AsyncGenerator<RowChunk> {
    while (goesOn() && (await this.hasMore())) {
      const chunk = this.#next as IteratorYieldResult<RowChunk>;
      this.#next = null;
      yield chunk.value;
    }
  }

  /** Ends the source, wherever it stands. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
