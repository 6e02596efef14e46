/** Bytes of text as they grow. Whoever writes reserves room first, then writes at `end` and moves it. */
export class TextOutput {
  bytes = new Uint8Array();
  end = 0;
  #nextSizeBytes = 64 * 1024;

  /** Makes room for so many bytes after `end`. */
  reserve(sizeBytes: number): void {
    if (this.end + sizeBytes <= this.bytes.byteLength) return;
    const { end } = this;
    const grown = unzeroed(
      Math.max(
        this.#nextSizeBytes,
        Math.ceil(end + Math.min(end, Math.max(largestFirstBytes, end / 4))),
        // With room for what follows a huge value: else it would be copied for a comma.
        end + sizeBytes + slackBytes,
      ),
    );
    grown.set(this.bytes.subarray(0, this.end));
    this.bytes = grown;
  }

  /** For short texts: a view of a few bytes costs more than to copy them one by one. */
  write(text: Uint8Array): void {
    const { length } = text;
    this.reserve(length);
    const { bytes, end } = this;
    for (let at = 0; at < length; at += 1) bytes[end + at] = text[at] as number;
    this.end = end + length;
  }

  /** Hands over what was written. The next text begins in memory of its own, of about the same size. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.end);
    this.#nextSizeBytes = Math.min(
      Math.ceil(this.end * 1.125) + 4_096,
      largestFirstBytes,
    );
    this.bytes = new Uint8Array();
    this.end = 0;
    return taken;
  }
}

const slackBytes = 64 * 1024;

/** A single huge row is no reason to begin the next piece as large. */
const largestFirstBytes = 4 * 1024 * 1024;

function unzeroed(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(sizeBytes);
  return new Uint8Array(buffer, byteOffset, sizeBytes);
}
