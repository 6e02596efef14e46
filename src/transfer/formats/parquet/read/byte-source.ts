import { notOurParquet } from "./not-our-parquet.js";

/** Takes a stream of bytes apart into pieces of given sizes. What is taken is the taker's own. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** @throws RefillError DESTINATION_DATA_INVALID when there are fewer */
  async take(sizeBytes: number): Promise<Uint8Array> {
    const taken = Buffer.allocUnsafeSlow(sizeBytes);
    for (let filled = 0; filled < sizeBytes;) {
      if (this.#held.byteLength === 0) await this.#refill();
      const part = this.#held.subarray(0, sizeBytes - filled);
      taken.set(part, filled);
      filled += part.byteLength;
      this.#held = this.#held.subarray(part.byteLength);
    }
    return taken;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #refill(): Promise<void> {
    const next = await this.#iterator.next();
    if (next.done === true) throw notOurParquet("one that is cut short");
    this.#held = next.value;
  }
}
