/** Enough for an object of a few rows: a whole part for each of many small ones would keep the garbage collector at work. */
const startBytes = 256 * 1024;

/** Gathers the bytes of one part in one piece of memory: a small one first, then one of the part's size. */
export class PartBuffer {
  readonly #sizeBytes: number;
  #memory: Buffer;
  #filled = 0;

  /** `memory` is used again where it has the right size. */
  constructor(sizeBytes: number, memory: Buffer | null) {
    this.#sizeBytes = sizeBytes;
    this.#memory =
      memory?.byteLength === sizeBytes
        ? memory
        : Buffer.allocUnsafeSlow(Math.min(startBytes, sizeBytes));
  }

  get isFull(): boolean {
    return this.#filled === this.#sizeBytes;
  }

  /** The bytes so far. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#filled);
  }

  /** What lies below the bytes, for the next part once these are on their way no longer. */
  get memory(): Buffer {
    return this.#memory;
  }

  /** Copies as much of a chunk as there is room for. Answers how much that was. */
  add(chunk: Uint8Array): number {
    const taken = chunk.subarray(0, this.#sizeBytes - this.#filled);
    this.#makeRoom(this.#filled + taken.byteLength);
    this.#memory.set(taken, this.#filled);
    this.#filled += taken.byteLength;
    return taken.byteLength;
  }

  /** All of it at once: of fresh memory the system gives what is written to, and every size in between would be garbage. */
  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#memory.byteLength) return;
    const whole = Buffer.allocUnsafeSlow(this.#sizeBytes);
    whole.set(this.bytes);
    this.#memory = whole;
  }
}
