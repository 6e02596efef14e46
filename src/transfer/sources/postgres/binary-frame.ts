import { RefillError } from "../../../domain/errors.js";
import type { CopyChunk } from "./copy-out.js";

const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
/** The signature, flags, and the length of an extension that no server sends: 32 bits each. */
const headerBytes = signature.byteLength + 8;
/** A number of fields that no row has. */
const trailer = Buffer.of(0xff, 0xff);

/**
 * Takes the header off the first message of a binary COPY and the trailer, a message of its own, off the end. The end is
 * known only once it is there: a chunk that may have it is handed on when the next has come, and a row that came alone at
 * once, because it may be huge. Source: PostgreSQL, commands/copyto.c.
 * @throws RefillError INTERNAL when they are not there
 */
export async function* withoutBinaryFrame(
  chunks: AsyncIterable<CopyChunk>,
): AsyncGenerator<CopyChunk> {
  let held: CopyChunk | null = null;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (held !== null) yield held;
    held = isFirst ? withoutHeader(chunk) : chunk;
    isFirst = false;
    if (held.messages > 1 || held.bytes.equals(trailer)) continue;
    yield held;
    held = null;
  }
  if (isFirst) return; // the caller compares the counts
  if (held === null) throw unexpected("trailer");
  const last = withoutTrailer(held);
  if (last.messages > 0) yield last;
}

function withoutHeader({ bytes, messages }: CopyChunk): CopyChunk {
  const header = bytes.subarray(0, headerBytes);
  if (!header.equals(expectedHeader)) throw unexpected("header");
  return { bytes: bytes.subarray(headerBytes), messages };
}

const expectedHeader = Buffer.concat([signature, Buffer.alloc(8)]);

function withoutTrailer({ bytes, messages }: CopyChunk): CopyChunk {
  const end = bytes.byteLength - trailer.byteLength;
  if (end < 0 || !bytes.subarray(end).equals(trailer)) {
    throw unexpected("trailer");
  }
  return { bytes: bytes.subarray(0, end), messages: messages - 1 };
}

function unexpected(part: string): RefillError {
  return new RefillError(
    "INTERNAL",
    `Expected the ${part} of COPY's binary format, got other bytes. Report this with the version of the source database.`,
  );
}
