/** Memory that text grows in. It is used again for every piece: what was taken holds until then. */
export class TextOutput {
  /** Where the text ends that was written so far. */
  end = 0;
  #bytes = unzeroed(firstBytes);

  /** The memory, with room for so many bytes from `at` on, up to which it is kept. */
  reserve(at: number, sizeBytes: number): Uint8Array {
    if (at + sizeBytes > this.#bytes.byteLength) this.#grow(at, sizeBytes);
    return this.#bytes;
  }

  /** Hands over what was written, and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.end);
    this.end = 0;
    // A single huge row is no reason to hold as much for all that follow.
    if (this.#bytes.byteLength > mostKeptBytes) {
      this.#bytes = unzeroed(firstBytes);
    }
    return taken;
  }

  #grow(at: number, sizeBytes: number): void {
    const grown = unzeroed(
      Math.max(
        Math.ceil(at + Math.min(at, Math.max(mostKeptBytes, at / 4))),
        // With room for what follows a huge value: else it would be copied for a comma.
        at + sizeBytes + slackBytes,
      ),
    );
    grown.set(this.#bytes.subarray(0, at));
    this.#bytes = grown;
  }
}

const firstBytes = 64 * 1024;
const slackBytes = 64 * 1024;
const mostKeptBytes = 4 * 1024 * 1024;

function unzeroed(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(sizeBytes);
  return new Uint8Array(buffer, byteOffset, sizeBytes);
}
