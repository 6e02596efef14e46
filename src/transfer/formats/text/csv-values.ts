import type { ValueKind } from "../../column.js";
import { plainWriters } from "./plain-writers.js";
import {
  longerBy,
  type PiecewiseText,
  type ValueWriter,
} from "./value-writer.js";

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** What COPY before Postgres 18 takes for the end of the data, where it is all of a line. */
const endOfData = Buffer.from("\\.");
/** Of a longer value its quotes are counted, rather than to reserve twice its size. */
const longestUncounted = 64 * 1024;

/** As Postgres writes it. */
const timeStyle = { separator: 0x20, zone: "+00" };

/** What a field must not read as. */
export interface CsvRules {
  readonly nullText: Uint8Array;
  /** A field is all of its line. */
  readonly isOnlyColumn: boolean;
}

/** How values are written as fields of CSV, as Postgres's COPY would; those of other kinds arrive as text. */
export function csvWriters(rules: CsvRules) {
  const { nullText } = rules;
  const apart = (writer: ValueWriter) => apartFromNull(writer, nullText);
  const plain = plainWriters(timeStyle);
  return {
    bool: apart(boolWriter),
    int2: apart(plain.int2),
    int4: apart(plain.int4),
    int8: apart(plain.int8),
    float8: apart(plain.float8),
    numeric: apart(plain.numeric),
    text: fieldWriter(rules, 0),
    uuid: apart(plain.uuid),
    date: apart(plain.date),
    timestamp: apart(plain.timestamp),
    timestamptz: apart(plain.timestamptz),
    json: fieldWriter(rules, 0),
    jsonb: fieldWriter(rules, 1),
  } as const satisfies Partial<Record<ValueKind, ValueWriter>>;
}

const boolWriter: ValueWriter = {
  longest: 1,
  write: ({ bytes }, start, _length, target, at) => {
    target[at] = bytes[start] === 1 ? 0x74 : 0x66;
    return at + 1;
  },
};

/** Texts of no comma and no quote, which could still be the very text for NULL; none of them is empty. */
function apartFromNull(writer: ValueWriter, nullText: Uint8Array): ValueWriter {
  if (nullText.length === 0) return writer;
  return {
    longest: longerBy(2, writer.longest),
    write: (source, start, length, target, at) => {
      const end = writer.write(source, start, length, target, at);
      if (!equals(target, at, end, nullText)) return end;
      target.copyWithin(at + 1, at, end);
      target[at] = quote;
      target[end + 1] = quote;
      return end + 2;
    },
  };
}

/** Text, after some bytes that are skipped, in quotes where RFC 4180 or the rules ask for them. */
function fieldWriter(rules: CsvRules, skippedBytes: number): ValueWriter {
  return {
    longest: ({ bytes }, start, length) =>
      2 + quotedLength(bytes, start, start + length),
    write: ({ bytes }, start, length, target, at) => {
      const from = start + skippedBytes;
      const end = start + length;
      const plainEnd = writeUnquoted(bytes, from, end, target, at);
      return plainEnd === null || readsAsOther(target, at, plainEnd, rules)
        ? writeQuoted(bytes, from, end, target, at)
        : plainEnd;
    },
    inPieces: ({ bytes }, start, length) => {
      const from = start + skippedBytes;
      const end = start + length;
      const isQuoted =
        !isPlain(bytes, from, end) || readsAsOther(bytes, from, end, rules);
      return { skippedBytes, isQuoted, stretch };
    },
  };
}

/** Outside of quotes there is no quote to double. */
const stretch: PiecewiseText["stretch"] = {
  longest: ({ bytes }, start, length) =>
    quotedLength(bytes, start, start + length),
  write: ({ bytes }, start, length, target, at) =>
    writeDoubled(bytes, start, start + length, target, at),
};

/** @returns the position after the text; null where it has to be in quotes */
function writeUnquoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number | null {
  let position = at;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (
      byte <= comma &&
      (byte === quote ||
        byte === comma ||
        byte === lineFeed ||
        byte === carriageReturn)
    ) {
      return null;
    }
    target[position++] = byte;
  }
  return position;
}

/** Whether the text needs no quotes, of a value too long to be written to find out. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  // A Buffer looks for a byte five times as fast as a loop, and ten times as fast as a plain array.
  const value = Buffer.from(
    bytes.buffer,
    bytes.byteOffset + start,
    end - start,
  );
  return [quote, comma, lineFeed, carriageReturn].every(
    (byte) => !value.includes(byte),
  );
}

/** Whether a reader would take the text for NULL or for the end of the data. */
function readsAsOther(
  bytes: Uint8Array,
  start: number,
  end: number,
  { nullText, isOnlyColumn }: CsvRules,
): boolean {
  return (
    equals(bytes, start, end, nullText) ||
    (isOnlyColumn && equals(bytes, start, end, endOfData))
  );
}

function writeQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  target[at] = quote;
  const position = writeDoubled(bytes, start, end, target, at + 1);
  target[position] = quote;
  return position + 1;
}

/** The text with each of its quotes twice. */
function writeDoubled(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  let position = at;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte === quote) target[position++] = quote;
    target[position++] = byte;
  }
  return position;
}

function quotedLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= longestUncounted) return 2 * (end - start);
  let length = end - start;
  for (let index = start; index < end; index += 1) {
    if (bytes[index] === quote) length += 1;
  }
  return length;
}

function equals(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: Uint8Array,
): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text[index]) return false;
  }
  return true;
}

/** The kinds of values that CSV is written of without the server's help. */
export const csvKinds = Object.keys(
  csvWriters({ nullText: new Uint8Array(), isOnlyColumn: false }),
) as readonly ValueKind[];
