const hyphen = 0x2d;
const hexDigits = Buffer.from("0123456789abcdef");

export const uuidLength = 36;

/** Writes 16 bytes as a UUID's text. @returns the position after it */
export function uuidText(
  bytes: Uint8Array,
  start: number,
  target: Uint8Array,
  at: number,
): number {
  let end = at;
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) {
      target[end++] = hyphen;
    }
    const byte = bytes[start + index] ?? 0;
    target[end++] = hexDigits[byte >> 4] ?? 0;
    target[end++] = hexDigits[byte & 0xf] ?? 0;
  }
  return end;
}
