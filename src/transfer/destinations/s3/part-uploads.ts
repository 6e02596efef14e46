import type { CompletedPart } from "@aws-sdk/client-s3";
import type { MultipartUpload } from "./multipart-upload.js";
import type { PartBuffer } from "./part-buffer.js";

/** Two parts of the first size: as fast as the SDK's uploader with four. Larger parts go one at a time. */
const maxBytesOnTheirWay = 10 * 1024 * 1024;

/** The parts of an upload on their way to the store, as many at a time as fit into a fixed number of bytes. */
export class PartUploads {
  readonly #upload: MultipartUpload;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #done: CompletedPart[] = [];
  #bytesOnTheirWay = 0;
  #failure: { readonly error: unknown } | null = null;
  readonly #spares: Buffer[] = [];

  constructor(upload: MultipartUpload, signal: AbortSignal) {
    this.#upload = upload;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /** Memory of a part that has arrived, the oldest first: what lay in parts of half the size goes. Null where there is none. */
  takeSpare(): Buffer | null {
    return this.#spares.shift() ?? null;
  }

  /** Waits until there is room on the way, then lets the part go. @throws what befell this or an earlier part */
  async send(partNumber: number, part: PartBuffer): Promise<void> {
    const sizeBytes = part.bytes.byteLength;
    while (
      this.#running.size > 0 &&
      this.#bytesOnTheirWay + sizeBytes > maxBytesOnTheirWay
    ) {
      await Promise.race(this.#running);
    }
    this.#throwFailure();
    const sending = this.#send(partNumber, part).finally(() => {
      this.#running.delete(sending);
    });
    this.#running.add(sending);
  }

  /** Waits for all parts. In their order. @throws what befell any of them */
  async finish(): Promise<readonly CompletedPart[]> {
    await Promise.all(this.#running);
    this.#throwFailure();
    return this.#done.toSorted(
      (one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0),
    );
  }

  /** Recalls what is on its way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Never rejects: a failure waits for whoever sends or finishes next. */
  async #send(partNumber: number, part: PartBuffer): Promise<void> {
    const { bytes } = part;
    this.#bytesOnTheirWay += bytes.byteLength;
    try {
      const sent = await this.#upload.sendPart(partNumber, bytes, this.#signal);
      this.#done.push(sent.completed);
      if (!sent.wasTriedAgain) this.#spares.push(part.memory);
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#bytesOnTheirWay -= bytes.byteLength;
    }
  }

  #throwFailure(): void {
    this.#signal.throwIfAborted();
    if (this.#failure !== null) throw this.#failure.error;
  }
}
