import type { CompletedPart } from "@aws-sdk/client-s3";
import { RefillError } from "../../../domain/errors.js";
import type { Fence, StagedWriter } from "../../destination.js";
import { type MultipartUpload, shownObject } from "./multipart-upload.js";
import { PartBuffer } from "./part-buffer.js";
import { maxParts, partSizeBytes } from "./part-size.js";
import { PartUploads } from "./part-uploads.js";
import { publishUpload, uploadGone } from "./publish-upload.js";
import { reportedOf } from "./s3-error.js";

/** Writes one object as an upload in parts, each sent as soon as it is full. */
export class UploadWriter implements StagedWriter {
  readonly #upload: MultipartUpload;
  readonly #uploads: PartUploads;
  readonly #assertHeld: Fence;
  #partNumber = 1;
  #part: PartBuffer;
  #parts: readonly CompletedPart[] = [];
  #published = false;

  /** `assertHeld` asks the ledger; `signal` ends all waiting but that of publishing and discarding. */
  constructor(
    upload: MultipartUpload,
    options: { readonly assertHeld: Fence; readonly signal: AbortSignal },
  ) {
    this.#upload = upload;
    this.#uploads = new PartUploads(upload, options.signal);
    this.#assertHeld = options.assertHeld;
    this.#part = this.#emptyPart();
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let start = 0; start < chunk.byteLength;) {
      if (this.#part.isFull) await this.#sendPart();
      start += this.#part.add(chunk.subarray(start));
    }
  }

  async finish(): Promise<void> {
    await this.#sendPart();
    this.#parts = await this.#explained(() => this.#uploads.finish());
  }

  async publish(fence: Fence | null = null): Promise<void> {
    if (this.#published) return;
    await publishUpload(this.#upload, this.#parts, fence);
    this.#published = true;
  }

  async discard(): Promise<void> {
    await this.#uploads.stop();
    if (!this.#published) await this.#upload.abort();
  }

  async #sendPart(): Promise<void> {
    if (this.#partNumber > maxParts) throw tooLarge(this.#upload);
    await this.#explained(() =>
      this.#uploads.send(this.#partNumber, this.#part),
    );
    this.#partNumber += 1;
    this.#part = this.#emptyPart();
  }

  #emptyPart(): PartBuffer {
    const memory = this.#uploads.takeSpare();
    return new PartBuffer(partSizeBytes(this.#partNumber), memory);
  }

  /** An upload that is gone was destroyed by a newer claim, or by somebody who had no business there. */
  async #explained<T>(sending: () => Promise<T>): Promise<T> {
    try {
      return await sending();
    } catch (error) {
      if (reportedOf(error) !== "NoSuchUpload") throw error;
      await this.#assertHeld();
      throw uploadGone(this.#upload);
    }
  }
}

function tooLarge(upload: MultipartUpload): RefillError {
  return new RefillError(
    "DESTINATION_UNWRITABLE",
    `Expected an object of at most ${maxParts} parts, but ${shownObject(upload.reference)} grows beyond that. Set the destination's max_file_size_mb.`,
  );
}
