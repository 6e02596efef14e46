import type { PageCodec } from "./codec.js";
import type { PageBuffer } from "./page-buffer.js";
import type { PageKind } from "./page-header.js";
import { pageHeader } from "./page-header.js";

/** A page as it goes to the file: its header, then its bytes. */
export interface FilePage {
  readonly header: Buffer;
  readonly body: Uint8Array;
  /** Of the header and the page before it was compressed. */
  readonly plainBytes: number;
}

/** Pages on the thread pool at a time: enough for its four threads. */
const mostInFlight = 4;

/** Compresses pages side by side, off the event loop. */
export class PageCompressor {
  readonly codec: PageCodec;
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(codec: PageCodec) {
    this.codec = codec;
  }

  /** Begins; the page's memory, where given, is released once it is done. */
  start(
    bytes: Uint8Array,
    kind: PageKind,
    buffer: PageBuffer | null,
  ): Promise<FilePage> {
    const page = this.#compress(bytes, kind).finally(() => {
      buffer?.release();
    });
    const settled = page
      .catch(() => undefined) // whoever awaits the page is told
      .finally(() => this.#inFlight.delete(settled));
    this.#inFlight.add(settled);
    return page;
  }

  /** Resolves when another page may be begun: awaiting it is the back-pressure. */
  async ready(): Promise<void> {
    while (this.#inFlight.size >= mostInFlight) {
      await Promise.race(this.#inFlight);
    }
  }

  /** Resolves when no page is being compressed. */
  async idle(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #compress(bytes: Uint8Array, kind: PageKind): Promise<FilePage> {
    const plainBytes = bytes.byteLength;
    const body = await this.codec.compress(bytes);
    const header = pageHeader(kind, plainBytes, body.byteLength);
    return { header, body, plainBytes: header.byteLength + plainBytes };
  }
}
