import type { FileObject } from "../contract/objects/run.js";
import type { ContentHash } from "./content-hash.js";
import type { StagedWriter } from "./destination.js";

/** One file, staged and durable but not yet visible. */
export interface StagedFile {
  readonly file: FileObject;
  readonly writer: StagedWriter;
}

/**
 * Writes chunks to an open writer and makes them durable. On a failure the staged bytes are destroyed first.
 * `records` is asked after the last chunk; `onBytes` hears of every write, with the bytes so far.
 */
export async function stageFile(request: {
  readonly key: string;
  readonly writer: StagedWriter;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly hash: ContentHash;
  readonly records: () => number;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}): Promise<StagedFile> {
  const { key, writer, signal } = request;
  try {
    const written = await writeAll(request);
    signal.throwIfAborted();
    await writer.finish();
    return { file: { key, records: request.records(), ...written }, writer };
  } catch (error) {
    await writer.discard().catch(() => undefined); // the claim still names what is left; this error says why
    throw error;
  }
}

async function writeAll(request: {
  readonly writer: StagedWriter;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly hash: ContentHash;
  readonly onBytes: (bytes: number) => void;
}): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const { hash } = request;
  let bytes = 0;
  for await (const chunk of request.chunks) {
    const written = request.writer.write(chunk);
    hash.update(chunk); // while the write is on its way
    await written;
    bytes += chunk.byteLength;
    request.onBytes(bytes);
  }
  return { bytes, sha256: hash.hex() };
}
