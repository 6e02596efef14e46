import { Readable } from "node:stream";
import { createGzip } from "node:zlib";

/** How a file's bytes are compressed. */
export interface Compression {
  /** Added to the format's suffix; empty for none. */
  readonly suffix: string;
  compress(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const none: Compression = { suffix: "", compress: (bytes) => bytes };

/** Bytes that leave zlib at a time: with the default of 16 KiB a file costs four times as many writes. */
const outputChunkBytes = 64 * 1024;

/** The compression of a text format. gzip runs on Node's thread pool, so rows go on arriving meanwhile. */
export function createCompression(definition: {
  readonly compression: "gzip" | "none";
  readonly level: number | null;
}): Compression {
  switch (definition.compression) {
    case "none":
      return none;
    case "gzip":
      return {
        suffix: ".gz",
        compress: (bytes) => gzip(bytes, definition.level),
      };
  }
}

async function* gzip(
  bytes: AsyncIterable<Uint8Array>,
  level: number | null,
): AsyncGenerator<Uint8Array> {
  const codec = createGzip({
    chunkSize: outputChunkBytes,
    ...(level === null ? {} : { level }),
  });
  const input = Readable.from(bytes, { objectMode: true, highWaterMark: 2 });
  input.on("error", (error) => codec.destroy(error));
  input.pipe(codec);
  try {
    for await (const chunk of codec) yield chunk as Buffer;
  } finally {
    input.destroy();
    codec.destroy();
  }
}
