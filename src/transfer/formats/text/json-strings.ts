import type { PiecewiseText, ValueWriter } from "./value-writer.js";

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
const hexDigits = Buffer.from("0123456789abcdef");
/** Such as `\u001f`. */
const longestEscape = 6;
/** Of a longer text it is counted what its escapes will take, rather than to reserve six times its size. */
const longestUncounted = 4_096;

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "\b": "b",
  "\f": "f",
  "\n": "n",
  "\r": "r",
  "\t": "t",
};

/** For each byte: 0 where it stands for itself, else what follows the backslash. */
const escapes = new Uint8Array(256);
escapes.fill(letterU, 0, 0x20);
for (const [character, letter] of Object.entries(shortEscapes)) {
  escapes[character.charCodeAt(0)] = letter.charCodeAt(0);
}

/** Writes UTF-8 as a JSON string, escaping what RFC 8259 says must be, as Postgres does. */
export const jsonStringWriter: ValueWriter = {
  longest: ({ bytes }, start, length) =>
    2 + escapedLength(bytes, start, length),
  write: ({ bytes }, start, length, target, at) => {
    target[at] = quote;
    const end = writeEscaped(bytes, start, length, target, at + 1);
    target[end] = quote;
    return end + 1;
  },
  inPieces: () => piecewise,
};

const piecewise: PiecewiseText = {
  skippedBytes: 0,
  isQuoted: true,
  stretch: {
    longest: ({ bytes }, start, length) => escapedLength(bytes, start, length),
    write: ({ bytes }, start, length, target, at) =>
      writeEscaped(bytes, start, length, target, at),
  },
};

function writeEscaped(
  bytes: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  at: number,
): number {
  const end = start + length;
  let position = at;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    const escape = escapes[byte] as number;
    if (escape === 0) target[position++] = byte;
    else position = escaped(byte, escape, target, position);
  }
  return position;
}

function escaped(
  byte: number,
  escape: number,
  target: Uint8Array,
  at: number,
): number {
  target[at++] = backslash;
  target[at++] = escape;
  if (escape !== letterU) return at;
  target[at++] = 0x30;
  target[at++] = 0x30;
  target[at++] = hexDigits[byte >> 4] ?? 0;
  target[at++] = hexDigits[byte & 0xf] ?? 0;
  return at;
}

function escapedLength(
  bytes: Uint8Array,
  start: number,
  length: number,
): number {
  if (length <= longestUncounted) return length * longestEscape;
  const end = start + length;
  let escapedBytes = length;
  for (let index = start; index < end; index += 1) {
    const escape = escapes[bytes[index] as number] as number;
    if (escape !== 0) escapedBytes += escape === letterU ? 5 : 1;
  }
  return escapedBytes;
}
