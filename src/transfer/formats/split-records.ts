const lineFeed = 0x0a;
const quote = 0x22;

/**
 * The records of a text in bytes, each without the line feed that ends it. Inside double quotes a line feed is part of
 * the record where `quoted` says so, as in CSV. What is yielded holds until the next is asked for.
 */
export async function* splitRecords(
  bytes: AsyncIterable<Uint8Array>,
  { quoted }: { readonly quoted: boolean },
): AsyncGenerator<Uint8Array> {
  const begun: Uint8Array[] = [];
  let isInside = false;
  for await (const chunk of bytes) {
    let start = 0;
    for (let at = 0; at < chunk.byteLength; at += 1) {
      const byte = chunk[at];
      // A doubled quote inside a field closes and opens it again, which comes to the same.
      if (quoted && byte === quote) isInside = !isInside;
      if (byte !== lineFeed || isInside) continue;
      yield joined(begun, chunk.subarray(start, at));
      start = at + 1;
    }
    // Copied: the chunk's memory may be used again.
    if (start < chunk.byteLength) {
      begun.push(Buffer.from(chunk.subarray(start)));
    }
  }
  if (begun.length > 0) yield joined(begun, new Uint8Array());
}

/** Takes what came before of a record, and leaves nothing of it. */
function joined(begun: Uint8Array[], rest: Uint8Array): Uint8Array {
  if (begun.length === 0) return rest;
  const whole = Buffer.concat([...begun, rest]);
  begun.length = 0;
  return whole;
}
