/** What arrives on the wire while a COPY runs: rows, stripped of their frames, and every other message, whole. */
export interface CopyFrameHandlers {
  /** `memory` is what the rows lie in, where no others will: it may be given back by `reuse`. */
  rows(
    bytes: Buffer,
    messages: number,
    memory: Buffer<ArrayBuffer> | null,
  ): void;
  message(frame: Buffer, type: number): void;
}

/** Message types of the protocol's version 3 (PostgreSQL documentation, chapter 54.7). */
export const messageType = { copyData: 0x64, readyForQuery: 0x5a } as const;

const headerBytes = 5;
const firstSlabBytes = 16 * 1024;
const largestSlabBytes = 512 * 1024; // half the writes of 256 KiB, and a sixth less CPU in all
/** A message's length is a signed 32-bit number, and counts itself. */
const largestLength = 0x7fff_ffff;
/** As many as a consumer holds and a full queue has. */
const mostSpareSlabs = 6;

/**
 * Strips the five-byte headers off CopyData messages (always one a row) with one copy of the bytes and no object a row.
 * Rows are handed on in pieces of up to 512 KiB, each of whole rows; a larger row comes alone.
 */
export class CopyFrameReader {
  readonly #handlers: CopyFrameHandlers;
  #slab = Buffer.alloc(0);
  #nextSlabBytes = firstSlabBytes;
  // In the slab, in this order: handed on, rows without frames, free, bytes not looked at yet, free.
  #rowsStart = 0;
  #rowsEnd = 0;
  #unreadStart = 0;
  #unreadEnd = 0;
  #messages = 0;
  readonly #spareSlabs: Buffer<ArrayBuffer>[] = [];

  constructor(handlers: CopyFrameHandlers) {
    this.#handlers = handlers;
  }

  /** @throws Error when the bytes are not messages of the protocol */
  push(chunk: Uint8Array): void {
    const room = this.#slab.byteLength - this.#unreadEnd;
    if (chunk.byteLength <= room) {
      this.#take(chunk);
      return;
    }
    // To the brim first: a large row ends there, and would be copied for the bytes after it.
    this.#take(chunk.subarray(0, room));
    const rest = chunk.subarray(room);
    this.#makeRoom(rest.byteLength);
    this.#take(rest);
  }

  /** Takes back memory that rows were handed on in, once nobody reads them any longer. */
  reuse(memory: Buffer<ArrayBuffer>): void {
    if (memory.byteLength !== largestSlabBytes) return;
    if (this.#spareSlabs.length < mostSpareSlabs) this.#spareSlabs.push(memory);
  }

  /** Takes the bytes of a message that has not arrived whole. */
  takeRest(): Buffer {
    const rest = this.#slab.subarray(this.#unreadStart, this.#unreadEnd);
    this.#unreadStart = this.#unreadEnd;
    return rest;
  }

  #take(bytes: Uint8Array): void {
    this.#slab.set(bytes, this.#unreadEnd);
    this.#unreadEnd += bytes.byteLength;
    this.#readFrames();
  }

  #readFrames(): void {
    const slab = this.#slab;
    let start = this.#unreadStart;
    while (this.#unreadEnd - start >= headerBytes) {
      const end = start + frameBytes(slab, start);
      if (end > this.#unreadEnd) break;
      if (slab[start] === messageType.copyData) {
        slab.copyWithin(this.#rowsEnd, start + headerBytes, end);
        this.#rowsEnd += end - start - headerBytes;
        this.#messages += 1;
      } else {
        this.#handOnRows(null); // before what follows them
        this.#handlers.message(
          Buffer.from(slab.subarray(start, end)),
          slab[start] ?? 0,
        );
      }
      start = end;
    }
    this.#unreadStart = start;
  }

  #makeRoom(arrivingBytes: number): void {
    const full = this.#slab;
    const unread = this.takeRest();
    const wanted =
      unread.byteLength < headerBytes ? headerBytes : frameBytes(unread, 0);
    this.#slab = this.#freeSlab(
      Math.max(this.#nextSlabBytes, unread.byteLength + arrivingBytes, wanted),
    );
    this.#nextSlabBytes = Math.min(this.#nextSlabBytes * 2, largestSlabBytes);
    this.#slab.set(unread);
    const unreadBytes = unread.byteLength;
    this.#handOnRows(full);
    this.#rowsStart = this.#rowsEnd = this.#unreadStart = 0;
    this.#unreadEnd = unreadBytes;
  }

  #freeSlab(sizeBytes: number): Buffer<ArrayBuffer> {
    const spare =
      sizeBytes === largestSlabBytes ? this.#spareSlabs.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** `full`: the slab that they lie in, when it is left with them. */
  #handOnRows(full: Buffer<ArrayBuffer> | null): void {
    if (this.#messages === 0) return;
    const slab = full ?? this.#slab;
    const rows = slab.subarray(this.#rowsStart, this.#rowsEnd);
    const messages = this.#messages;
    this.#rowsStart = this.#rowsEnd;
    this.#messages = 0;
    this.#handlers.rows(rows, messages, full);
  }
}

function frameBytes(bytes: Buffer, start: number): number {
  const length = bytes.readUInt32BE(start + 1);
  if (length < 4 || length > largestLength) {
    throw new Error(
      `Expected a message of the Postgres protocol, got one of ${length} bytes.`,
    );
  }
  return length + 1;
}
