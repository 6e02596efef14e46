import type { TextOutput } from "./text-output.js";

const quote = 0x22;
const padding = 0x3d;
const alphabet = Buffer.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
);

/** Writes bytes as a JSON string of base64 (RFC 4648, section 4), in one line. */
export function writeBase64String(
  bytes: Uint8Array,
  start: number,
  length: number,
  output: TextOutput,
): void {
  output.reserve(2 + 4 * Math.ceil(length / 3));
  const target = output.bytes;
  const end = start + length;
  let at = output.end;
  target[at++] = quote;
  for (let index = start; index < end; index += 3) {
    const left = end - index;
    const bits =
      ((bytes[index] ?? 0) << 16) |
      ((left > 1 ? (bytes[index + 1] ?? 0) : 0) << 8) |
      (left > 2 ? (bytes[index + 2] ?? 0) : 0);
    target[at++] = alphabet[bits >> 18] ?? 0;
    target[at++] = alphabet[(bits >> 12) & 63] ?? 0;
    target[at++] = left > 1 ? (alphabet[(bits >> 6) & 63] ?? 0) : padding;
    target[at++] = left > 2 ? (alphabet[bits & 63] ?? 0) : padding;
  }
  target[at++] = quote;
  output.end = at;
}
