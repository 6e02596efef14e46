import type { RowChunk } from "../source.js";

/** The rows as they came, for a format whose file is just that. */
export async function* bytesOf(
  chunks: AsyncIterable<RowChunk>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.bytes;
}
