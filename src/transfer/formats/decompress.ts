import { Readable } from "node:stream";
import {
  type BrotliDecompress,
  createBrotliDecompress,
  createGunzip,
  type Gunzip,
} from "node:zlib";
import type { TextCompression } from "../../definition/formats/text-compression.js";
import { RefillError } from "../../domain/errors.js";
import { zstdCodec } from "./zstd-codec.js";
import { zstdFrames } from "./zstd-frames.js";

/**
 * The bytes that a text file was compressed from, in bounded memory.
 * @throws RefillError DESTINATION_DATA_INVALID
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: TextCompression,
): AsyncGenerator<Uint8Array> {
  switch (compression) {
    case "none":
      yield* bytes;
      return;
    case "gzip":
      yield* through(createGunzip(), bytes);
      return;
    case "brotli":
      yield* through(createBrotliDecompress(), bytes);
      return;
    case "zstd": {
      const codec = await zstdCodec();
      for await (const frame of zstdFrames(bytes)) {
        yield await codec.decompress(frame).catch(invalid);
      }
    }
  }
}

async function* through(
  codec: Gunzip | BrotliDecompress,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // Copies: a destination may use its buffer again before the codec is through with it.
  const input = Readable.from(copies(bytes), {
    objectMode: true,
    highWaterMark: 2,
  });
  input.on("error", (error) => codec.destroy(error));
  input.pipe(codec);
  try {
    for await (const chunk of codec) yield chunk as Buffer;
  } catch (error) {
    if (isOfCodec(error)) invalid(error);
    throw error;
  } finally {
    input.destroy();
    codec.destroy();
  }
}

async function* copies(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk);
}

/** `Z_DATA_ERROR`, `ERR__ERROR_FORMAT_…` and the like. */
function isOfCodec(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" && /^(Z_|ERR__ERROR_|ERR_BROTLI)/.test(code);
}

function invalid(error: unknown): never {
  throw new RefillError(
    "DESTINATION_DATA_INVALID",
    `Expected a compressed file, got bytes that can't be decompressed (${(error as Error).message}). Look at the file; \`backfill verify --repair\` writes it again.`,
    { cause: error },
  );
}
