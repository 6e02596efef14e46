// Everything that moves a cursor, rings or recolours: C0, DEL, C1, and the marks that reorder text.
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** A text on one line and safe for a terminal: names, notes and errors come from elsewhere and may hold escape codes. */
export function printable(text: string): string {
  return text.replace(unprintable, " ");
}

/** `text` in at most `width` characters; what was cut is marked. */
export function shortened(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  return `${characters.slice(0, Math.max(0, width - 3)).join("")}...`.slice(
    0,
    width,
  );
}

/** How many columns a text takes, for the letters this program prints: one for each code point. */
export function columnsOf(text: string): number {
  return Array.from(text).length;
}
