import type { ValueKind } from "../../column.js";
import type { Fields } from "../binary/fields.js";
import {
  longestNumericText,
  writeNumericText,
} from "../binary/numeric-text.js";
import type { ValueWriter } from "./encode-rows.js";
import { floatText, longestFloat } from "./floats.js";
import { writeInt2, writeInt4, writeInt8 } from "./integers.js";
import type { TextOutput } from "./text-output.js";
import {
  type TimeStyle,
  dateText,
  longestTime,
  timestampText,
} from "./times.js";
import { uuidLength, uuidText } from "./uuids.js";

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** What COPY before Postgres 18 takes for the end of the data, where it is all of a line. */
const endOfData = Buffer.from("\\.");
/** Of a longer value its quotes are counted, rather than to reserve twice its size. */
const longestUncounted = 64 * 1024;

/** As Postgres writes it. */
const timeStyle: TimeStyle = { separator: 0x20, zone: "+00" };

/** What a field must not read as. */
export interface CsvRules {
  readonly nullText: Uint8Array;
  /** A field is all of its line. */
  readonly isOnlyColumn: boolean;
}

/** How values are written as fields of CSV, as Postgres's COPY would; those of other kinds arrive as text. */
export function csvWriters(rules: CsvRules) {
  const { nullText } = rules;
  /** Texts of no comma and no quote, which could still be the very text for NULL. */
  const plain =
    (longest: number, write: PlainWrite): ValueWriter =>
    ({ bytes, view, starts }, row, output) => {
      output.reserve(longest);
      const before = output.end;
      const end = write({ bytes, view, start: starts[row] ?? 0 }, output);
      output.end = end;
      if (isNullText(output.bytes, before, end)) quoteLast(output, before);
    };
  const isNullText = (bytes: Uint8Array, start: number, end: number) =>
    equals(bytes, start, end, nullText);
  const guarded =
    (writer: ValueWriter): ValueWriter =>
    (fields, row, output) => {
      const before = output.end;
      writer(fields, row, output);
      if (isNullText(output.bytes, before, output.end)) {
        quoteLast(output, before);
      }
    };
  const textAfter =
    (skippedBytes: number): ValueWriter =>
    (fields, row, output) => {
      writeField(fields, row, { output, skippedBytes, rules });
    };
  return {
    bool: plain(1, ({ bytes, start }, { bytes: target, end }) => {
      target[end] = bytes[start] === 1 ? 0x74 : 0x66;
      return end + 1;
    }),
    int2: guarded(writeInt2),
    int4: guarded(writeInt4),
    int8: guarded(writeInt8),
    float8: plain(longestFloat, ({ view, start }, { bytes, end }) =>
      floatText(view.getFloat64(start), bytes, end),
    ),
    numeric: guarded(({ view, starts }, row, output) => {
      const start = starts[row] ?? 0;
      output.reserve(longestNumericText(view, start));
      output.end = writeNumericText(view, start, output.bytes, output.end);
    }),
    text: textAfter(0),
    uuid: plain(uuidLength, ({ bytes, start }, { bytes: target, end }) =>
      uuidText(bytes, start, target, end),
    ),
    date: plain(longestTime, ({ view, start }, { bytes, end }) =>
      dateText(view, start, bytes, end),
    ),
    timestamp: plain(longestTime, ({ view, start }, { bytes, end }) =>
      timestampText(view, start, { ...timeStyle, zone: "" }, bytes, end),
    ),
    timestamptz: plain(longestTime, ({ view, start }, { bytes, end }) =>
      timestampText(view, start, timeStyle, bytes, end),
    ),
    json: textAfter(0),
    jsonb: textAfter(1),
  } as const satisfies Partial<Record<ValueKind, ValueWriter>>;
}

/** The kinds of values that CSV is written of without the server's help. */
export const csvKinds = Object.keys(
  csvWriters({ nullText: new Uint8Array(), isOnlyColumn: false }),
) as readonly ValueKind[];

type PlainWrite = (
  source: {
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly start: number;
  },
  output: TextOutput,
) => number;

function writeField(
  { bytes, starts, lengths }: Fields,
  row: number,
  {
    output,
    skippedBytes,
    rules,
  }: {
    readonly output: TextOutput;
    readonly skippedBytes: number;
    readonly rules: CsvRules;
  },
): void {
  const start = (starts[row] ?? 0) + skippedBytes;
  const end = start + (lengths[row] ?? 0) - skippedBytes;
  if (needsQuotes(bytes, start, end, rules)) {
    writeQuoted(bytes, start, end, output);
    return;
  }
  output.reserve(end - start);
  const target = output.bytes;
  let at = output.end;
  for (let index = start; index < end; index += 1) {
    target[at++] = bytes[index] as number;
  }
  output.end = at;
}

/** RFC 4180, and where a reader would take the value for NULL or for the end of the data. */
function needsQuotes(
  bytes: Uint8Array,
  start: number,
  end: number,
  { nullText, isOnlyColumn }: CsvRules,
): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte > comma) continue;
    if (
      byte === quote ||
      byte === comma ||
      byte === lineFeed ||
      byte === carriageReturn
    ) {
      return true;
    }
  }
  return (
    equals(bytes, start, end, nullText) ||
    (isOnlyColumn && equals(bytes, start, end, endOfData))
  );
}

function writeQuoted(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: TextOutput,
): void {
  output.reserve(2 + quotedLength(bytes, start, end));
  const target = output.bytes;
  let at = output.end;
  target[at++] = quote;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] as number;
    if (byte === quote) target[at++] = quote;
    target[at++] = byte;
  }
  target[at++] = quote;
  output.end = at;
}

function quotedLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= longestUncounted) return 2 * (end - start);
  let length = end - start;
  for (let index = start; index < end; index += 1) {
    if (bytes[index] === quote) length += 1;
  }
  return length;
}

/** Puts what was written since in quotes: it holds none itself. */
function quoteLast(output: TextOutput, start: number): void {
  output.reserve(2);
  const { bytes, end } = output;
  bytes.copyWithin(start + 1, start, end);
  bytes[start] = quote;
  bytes[end + 1] = quote;
  output.end = end + 2;
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
