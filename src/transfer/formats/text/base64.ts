import { inQuotes, type ValueWriter } from "./value-writer.js";

const padding = 0x3d;
const alphabet = Buffer.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
);

/** Bytes as base64 (RFC 4648, section 4), in one line. */
const base64 = {
  longest: (_source, _start, length) => 4 * Math.ceil(length / 3),
  write: ({ bytes }, start, length, target, at) => {
    const end = start + length;
    let position = at;
    for (let index = start; index < end; index += 3) {
      const left = end - index;
      const bits =
        ((bytes[index] ?? 0) << 16) |
        ((left > 1 ? (bytes[index + 1] ?? 0) : 0) << 8) |
        (left > 2 ? (bytes[index + 2] ?? 0) : 0);
      target[position++] = alphabet[bits >> 18] ?? 0;
      target[position++] = alphabet[(bits >> 12) & 63] ?? 0;
      target[position++] =
        left > 1 ? (alphabet[(bits >> 6) & 63] ?? 0) : padding;
      target[position++] = left > 2 ? (alphabet[bits & 63] ?? 0) : padding;
    }
    return position;
  },
} satisfies ValueWriter;

/** Writes bytes as base64 in double quotes. */
export const quotedBase64Writer: ValueWriter = {
  ...inQuotes(base64),
  inPieces: () => ({ skippedBytes: 0, isQuoted: true, stretch: base64 }),
};
