import type { Fields } from "../binary/fields.js";

/** The bytes that a value arrived in. */
export type ArrivedBytes = Pick<Fields, "bytes" | "view">;

/** How a column's values, those that are not NULL, become text. Nothing is made for a value: there are many millions. */
export interface ValueWriter {
  /** Bytes that no text is longer than: of any value of the kind, or else of the one at hand. */
  readonly longest:
    number | ((source: ArrivedBytes, start: number, length: number) => number);
  /** Writes at `at`, where there is room for the longest. @returns the position after the text */
  readonly write: (
    source: ArrivedBytes,
    start: number,
    length: number,
    target: Uint8Array,
    at: number,
  ) => number;
  /** How a huge value is written in pieces; absent where none is huge. */
  readonly inPieces?: (
    source: ArrivedBytes,
    start: number,
    length: number,
  ) => PiecewiseText;
}

/**
 * A huge value's text: that of each stretch of the value, one after the other. All but the last have a multiple of three
 * bytes, as base64 needs; characters of several bytes may be cut.
 */
export interface PiecewiseText {
  /** Bytes at the start of the value that are not part of it. */
  readonly skippedBytes: number;
  readonly isQuoted: boolean;
  readonly stretch: Pick<ValueWriter, "write"> & {
    readonly longest: Exclude<ValueWriter["longest"], number>;
  };
}

const quote = 0x22;

/** The same text between double quotes. It must hold none. */
export function inQuotes({ longest, write }: ValueWriter): ValueWriter {
  return {
    longest: longerBy(2, longest),
    write: (source, start, length, target, at) => {
      target[at] = quote;
      const end = write(source, start, length, target, at + 1);
      target[end] = quote;
      return end + 1;
    },
  };
}

/** Room for so many bytes beside. */
export function longerBy(
  bytes: number,
  longest: ValueWriter["longest"],
): ValueWriter["longest"] {
  return typeof longest === "number"
    ? longest + bytes
    : (source, start, length) => longest(source, start, length) + bytes;
}

/** Writes a short text: a view of a few bytes costs more than to copy them one by one. @returns the position after it */
export function put(text: Uint8Array, target: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index += 1) {
    target[at + index] = text[index] as number;
  }
  return at + text.length;
}
