import { RefillError } from "../../domain/errors.js";

const magic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

/**
 * Cuts a .zst file into its frames (RFC 8878, section 3.1), so that each can be decompressed by itself.
 * @throws RefillError DESTINATION_DATA_INVALID for bytes that are no zstd
 */
export async function* zstdFrames(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const size = frameBytes(held);
      if (size === null || size > held.byteLength) break;
      yield held.subarray(0, size);
      held = held.subarray(size);
    }
  }
  if (held.byteLength > 0) throw notZstd();
}

/** How long the first frame is; null where that is not to be seen yet. */
function frameBytes(held: Buffer): number | null {
  if (held.byteLength < 8) return null;
  const found = held.readUInt32LE(0);
  if ((found & 0xfffffff0) >>> 0 === skippableMagic) {
    return 8 + held.readUInt32LE(4);
  }
  if (found !== magic) throw notZstd();
  const descriptor = held[4] ?? 0;
  const hasChecksum = (descriptor & 0b100) !== 0;
  let at = 5 + headerBytes(descriptor);
  for (;;) {
    if (at + 3 > held.byteLength) return null;
    const block = held.readUIntLE(at, 3);
    const isRepeated = ((block >> 1) & 0b11) === 1;
    at += 3 + (isRepeated ? 1 : block >> 3);
    if ((block & 1) === 1) return at + (hasChecksum ? 4 : 0);
  }
}

/** Of the window, the dictionary's id and the size of the content, after the descriptor. */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0b100000) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 0b11] ?? 0;
  const sizeFlag = descriptor >> 6;
  const size = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  return (isSingleSegment ? 0 : 1) + dictionary + size;
}

function notZstd(): RefillError {
  return new RefillError(
    "DESTINATION_DATA_INVALID",
    "Expected whole zstd frames, got other bytes. Look at the file; `backfill verify --repair` writes it again.",
  );
}
