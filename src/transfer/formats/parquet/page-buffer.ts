/** Room before the values for their levels: those of a page without a NULL take at most 18 bytes. A multiple of 8, for lanes. */
const headroomBytes = 64;
const firstBytes = 4 * 1024;
/** Larger memory, for a page with a huge value, is not kept. */
const largestKeptBytes = 2 * 1024 * 1024;
const mostKeptBytes = 16 * 1024 * 1024;

/** Whether the memory of a page so large is used again for another one. */
export function isMemoryKept({ byteLength }: Uint8Array): boolean {
  return byteLength <= largestKeptBytes;
}

/** Memory that pages were compressed from, for the pages after them: new memory costs a page fault for every 4 KiB. */
export class PageMemory {
  readonly #keptBySize = new Map<number, ArrayBuffer[]>();
  #keptBytes = 0;

  /** At least so many bytes; of which value is not known. */
  take(sizeBytes: number): ArrayBuffer {
    if (sizeBytes > largestKeptBytes) {
      return new ArrayBuffer(Math.ceil(sizeBytes / 8) * 8);
    }
    const roundedBytes = 2 ** Math.ceil(Math.log2(sizeBytes));
    const kept = this.#keptBySize.get(roundedBytes)?.pop();
    if (kept === undefined) return new ArrayBuffer(roundedBytes);
    this.#keptBytes -= roundedBytes;
    return kept;
  }

  giveBack(memory: ArrayBuffer): void {
    const sizeBytes = memory.byteLength;
    if (sizeBytes > largestKeptBytes) return;
    if (this.#keptBytes + sizeBytes > mostKeptBytes) return;
    const kept = this.#keptBySize.get(sizeBytes) ?? [];
    kept.push(memory);
    this.#keptBySize.set(sizeBytes, kept);
    this.#keptBytes += sizeBytes;
  }
}

/** The values of one page, with room before them for its levels. Grows as needed. */
export class PageBuffer {
  readonly #pool: PageMemory;
  #memory: ArrayBuffer;
  /** The values' bytes so far, and room for those reserved. */
  bytes: Buffer;
  /** The same bytes as little-endian numbers of 32 bits. */
  lanes: Int32Array;
  /** Bytes of the values so far. */
  length = 0;

  constructor(pool: PageMemory) {
    this.#pool = pool;
    this.#memory = pool.take(firstBytes);
    this.bytes = Buffer.from(this.#memory, headroomBytes);
    this.lanes = new Int32Array(this.#memory, headroomBytes);
  }

  /** Makes room for further bytes after `length`. */
  reserve(sizeBytes: number): void {
    const needed = this.length + sizeBytes;
    if (needed <= this.bytes.byteLength) return;
    const memory = this.#pool.take(needed + headroomBytes);
    const bytes = Buffer.from(memory, headroomBytes);
    bytes.set(this.bytes.subarray(0, this.length));
    this.#pool.giveBack(this.#memory);
    this.#memory = memory;
    this.bytes = bytes;
    this.lanes = new Int32Array(memory, headroomBytes);
  }

  /** The levels and the values in one piece, valid until `release`. */
  withLevels(levels: Uint8Array): Uint8Array {
    if (levels.byteLength > headroomBytes) {
      return Buffer.concat([levels, this.bytes.subarray(0, this.length)]);
    }
    const start = headroomBytes - levels.byteLength;
    const sizeBytes = levels.byteLength + this.length;
    const page = Buffer.from(this.#memory, start, sizeBytes);
    page.set(levels);
    return page;
  }

  /** Gives the memory back for another page. */
  release(): void {
    this.#pool.giveBack(this.#memory);
  }
}
