import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  type Gzip,
} from "node:zlib";
import type { TextCompression } from "../../definition/formats/text-compression.js";
import { compressFrames, defaultZstdLevel } from "./zstd.js";

/** How a file's bytes are compressed. */
export interface Compression {
  compress(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const none: Compression = { compress: (bytes) => bytes };

/** Bytes that leave zlib at a time: with the default of 16 KiB a file costs four times as many writes. */
const outputChunkBytes = 64 * 1024;

/** zlib's own. */
const defaultGzipLevel = 6;
const defaultBrotliLevel = 4;

/** The compression of a text format. All codecs run on Node's thread pool, so rows go on arriving meanwhile. */
export function createCompression({
  compression,
  level,
}: {
  readonly compression: TextCompression;
  readonly level: number | null;
}): Compression {
  switch (compression) {
    case "none":
      return none;
    case "gzip":
      return {
        compress: (bytes) => through(gzip(level ?? defaultGzipLevel), bytes),
      };
    case "zstd":
      return {
        compress: (bytes) => compressFrames(bytes, level ?? defaultZstdLevel),
      };
    case "brotli":
      return {
        compress: (bytes) =>
          through(brotli(level ?? defaultBrotliLevel), bytes),
      };
  }
}

function gzip(level: number): Gzip {
  return createGzip({ chunkSize: outputChunkBytes, level });
}

function brotli(level: number): BrotliCompress {
  return createBrotliCompress({
    chunkSize: outputChunkBytes,
    params: { [constants.BROTLI_PARAM_QUALITY]: level },
  });
}

async function* through(
  codec: Gzip | BrotliCompress,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const fed = feed(codec, bytes).catch((error: unknown) => {
    codec.destroy(error as Error);
  });
  try {
    for await (const chunk of codec) yield chunk as Buffer;
  } finally {
    codec.destroy();
    await fed;
  }
}

/**
 * Asks for the next bytes only when the codec is done with those before, whose memory may then be used again. What fails in
 * the codec is for its reader to hear.
 */
async function feed(
  codec: Gzip | BrotliCompress,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let goOn = (): void => undefined;
  codec.once("close", () => {
    goOn(); // a codec that is destroyed forgets what it was writing
  });
  for await (const chunk of bytes) {
    await new Promise<void>((resolve) => {
      goOn = resolve;
      codec.write(chunk, () => {
        resolve();
      });
    });
    if (codec.destroyed) return;
  }
  codec.end();
}
