import type { ValueKind } from "../../column.js";
import type { Fields } from "../binary/fields.js";
import { numericLayout, numericSign } from "../binary/numeric-layout.js";
import {
  longestNumericText,
  writeNumericText,
} from "../binary/numeric-text.js";
import { writeBase64String } from "./base64.js";
import type { ValueWriter } from "./encode-rows.js";
import { floatText, longestFloat } from "./floats.js";
import { writeInt2, writeInt4, writeInt8 } from "./integers.js";
import { writeJsonString } from "./json-strings.js";
import type { TextOutput } from "./text-output.js";
import {
  type TimeStyle,
  dateText,
  longestTime,
  timestampText,
} from "./times.js";
import { uuidLength, uuidText } from "./uuids.js";

const quote = 0x22;
const space = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const yes = Buffer.from("true");
const no = Buffer.from("false");

/** RFC 3339. */
const timeStyle: TimeStyle = { separator: 0x54, zone: "+00:00" };

/**
 * How JSON writes the values of each kind, as Postgres's row_to_json would; those of the others arrive as JSON. `strings`:
 * bigint and numeric stand in quotes, for readers that make floats of JSON's numbers.
 */
export function jsonWriters(
  numbers: "digits" | "strings",
): Readonly<Partial<Record<ValueKind, ValueWriter>>> {
  return numbers === "digits"
    ? jsonValues
    : {
        ...jsonValues,
        int8: inQuotes(writeInt8),
        numeric: inQuotes(writeNumeric),
      };
}

const jsonValues = {
  bool: ({ bytes, starts }, row, output) => {
    output.write(bytes[starts[row] ?? 0] === 1 ? yes : no);
  },
  int2: writeInt2,
  int4: writeInt4,
  int8: writeInt8,
  float8: ({ view, starts }, row, output) => {
    const value = view.getFloat64(starts[row] ?? 0);
    const write = (target: Uint8Array, at: number) =>
      floatText(value, target, at);
    if (Number.isFinite(value)) written(output, longestFloat, write);
    else quoted(output, longestFloat, write);
  },
  numeric: (fields, row, output) => {
    const { view, starts } = fields;
    const sign = view.getUint16((starts[row] ?? 0) + numericLayout.sign);
    if (sign < numericSign.nan) writeNumeric(fields, row, output);
    else inQuotes(writeNumeric)(fields, row, output);
  },
  text: ({ bytes, starts, lengths }, row, output) => {
    writeJsonString(bytes, starts[row] ?? 0, lengths[row] ?? 0, output);
  },
  uuid: ({ bytes, starts }, row, output) => {
    quoted(output, uuidLength, (target, at) =>
      uuidText(bytes, starts[row] ?? 0, target, at),
    );
  },
  bytea: ({ bytes, starts, lengths }, row, output) => {
    writeBase64String(bytes, starts[row] ?? 0, lengths[row] ?? 0, output);
  },
  date: ({ view, starts }, row, output) => {
    quoted(output, longestTime, (target, at) =>
      dateText(view, starts[row] ?? 0, target, at),
    );
  },
  timestamp: timestampWriter({ ...timeStyle, zone: "" }),
  timestamptz: timestampWriter(timeStyle),
  /** Its white space is the writer's own; within strings JSON escapes line breaks. */
  json: (fields, row, output) => {
    copyValue(fields, row, output, 0);
    const { bytes, end } = output;
    for (let at = end - (fields.lengths[row] ?? 0); at < end; at += 1) {
      const byte = bytes[at];
      if (byte === lineFeed || byte === carriageReturn) bytes[at] = space;
    }
  },
  /** After the number of the form's version, a byte, the text. */
  jsonb: (fields, row, output) => {
    copyValue(fields, row, output, 1);
  },
} as const satisfies Partial<Record<ValueKind, ValueWriter>>;

function writeNumeric(
  { view, starts }: Fields,
  row: number,
  output: TextOutput,
): void {
  const start = starts[row] ?? 0;
  written(output, longestNumericText(view, start), (target, at) =>
    writeNumericText(view, start, target, at),
  );
}

function inQuotes(write: ValueWriter): ValueWriter {
  return (fields, row, output) => {
    output.reserve(1);
    output.bytes[output.end++] = quote;
    write(fields, row, output);
    output.reserve(1);
    output.bytes[output.end++] = quote;
  };
}

function timestampWriter(style: TimeStyle): ValueWriter {
  return ({ view, starts }, row, output) => {
    quoted(output, longestTime, (target, at) =>
      timestampText(view, starts[row] ?? 0, style, target, at),
    );
  };
}

type Write = (target: Uint8Array, at: number) => number;

function written(output: TextOutput, longest: number, write: Write): void {
  output.reserve(longest);
  output.end = write(output.bytes, output.end);
}

function quoted(output: TextOutput, longest: number, write: Write): void {
  output.reserve(longest + 2);
  const { bytes } = output;
  bytes[output.end++] = quote;
  output.end = write(bytes, output.end);
  bytes[output.end++] = quote;
}

/** Copies a value but for some bytes before it. */
function copyValue(
  { bytes, starts, lengths }: Fields,
  row: number,
  output: TextOutput,
  skippedBytes: number,
): void {
  const start = (starts[row] ?? 0) + skippedBytes;
  const length = (lengths[row] ?? 0) - skippedBytes;
  output.reserve(length);
  output.bytes.set(bytes.subarray(start, start + length), output.end);
  output.end += length;
}
