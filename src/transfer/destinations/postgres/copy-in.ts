import type { Client } from "pg";
import { type CopyStreamQuery, from } from "pg-copy-streams";
import { targetError } from "./target-error.js";

/** Feeds a COPY. What the server or the socket reports is thrown by the next call, whatever that call waits for. */
export class CopyIn {
  readonly #client: Client;
  readonly #stream: CopyStreamQuery;
  readonly #failure: Promise<never>;
  #failed: { readonly error: unknown } | null = null;

  constructor(client: Client, statement: string) {
    this.#client = client;
    this.#stream = client.query(from(statement));
    this.#failure = new Promise((_, reject) => {
      this.#stream.on("error", (reported: unknown) => {
        const error = targetError(reported);
        this.#failed ??= { error };
        reject(error);
      });
    });
    this.#failure.catch(() => undefined); // it is thrown where someone waits
  }

  /** Resolves when the socket can take more, and the chunk's memory may be used again. @throws RefillError DESTINATION_* */
  async write(chunk: Uint8Array): Promise<void> {
    this.#throwFailure();
    const kept = this.#isKept(chunk) ? Buffer.from(chunk) : chunk;
    const written = new Promise<void>((resolve) => {
      this.#stream.write(kept, () => {
        resolve();
      });
    });
    await Promise.race([written, this.#failure]);
  }

  /** A COPY that has failed between two calls takes nothing more, and would say so by a fault of its own. */
  #throwFailure(): void {
    if (this.#failed !== null) throw this.#failed.error;
  }

  /** A chunk below the socket's mark is taken before it is sent; for a larger one the stream waits until it is. */
  #isKept(chunk: Uint8Array): boolean {
    const { writableHighWaterMark } = this.#client.connection.stream;
    return chunk.byteLength < writableHighWaterMark;
  }

  /** Resolves with the rows that the server took, once it has them. @throws RefillError DESTINATION_* */
  async finish(): Promise<number> {
    this.#throwFailure();
    const finished = new Promise<void>((resolve) => {
      this.#stream.once("finish", resolve);
      this.#stream.end();
    });
    await Promise.race([finished, this.#failure]);
    return this.#stream.rowCount;
  }
}
