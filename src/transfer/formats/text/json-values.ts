import type { ValueKind } from "../../column.js";
import { numericLayout, numericSign } from "../binary/numeric-layout.js";
import { quotedBase64Writer } from "./base64.js";
import { jsonStringWriter } from "./json-strings.js";
import { plainWriters } from "./plain-writers.js";
import {
  type ArrivedBytes,
  inQuotes,
  longerBy,
  put,
  type ValueWriter,
} from "./value-writer.js";

const space = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const yes = Buffer.from("true");
const no = Buffer.from("false");

/** RFC 3339. */
const timeStyle = { separator: 0x54, zone: "+00:00" };

/**
 * How JSON writes the values of each kind, as Postgres's row_to_json would; those of the others arrive as JSON. `strings`:
 * bigint and numeric stand in quotes, for readers that make floats of JSON's numbers.
 */
export function jsonWriters(numbers: "digits" | "strings") {
  const plain = plainWriters(timeStyle);
  const isText = numbers === "strings";
  return {
    bool: boolWriter,
    int2: plain.int2,
    int4: plain.int4,
    int8: isText ? inQuotes(plain.int8) : plain.int8,
    float8: numberWriter(plain.float8, ({ view }, start) =>
      Number.isFinite(view.getFloat64(start)),
    ),
    numeric: isText
      ? inQuotes(plain.numeric)
      : numberWriter(
          plain.numeric,
          ({ view }, start) =>
            view.getUint16(start + numericLayout.sign) < numericSign.nan,
        ),
    text: jsonStringWriter,
    uuid: inQuotes(plain.uuid),
    bytea: quotedBase64Writer,
    date: inQuotes(plain.date),
    timestamp: inQuotes(plain.timestamp),
    timestamptz: inQuotes(plain.timestamptz),
    json: jsonWriter,
    jsonb: jsonbWriter,
  } as const satisfies Partial<Record<ValueKind, ValueWriter>>;
}

const boolWriter: ValueWriter = {
  longest: no.byteLength,
  write: ({ bytes }, start, _length, target, at) =>
    put(bytes[start] === 1 ? yes : no, target, at),
};

/** JSON has no word for NaN and Infinity: those are strings. */
function numberWriter(
  plain: ValueWriter,
  isFinite: (source: ArrivedBytes, start: number) => boolean,
): ValueWriter {
  const quoted = inQuotes(plain);
  return {
    longest: longerBy(2, plain.longest),
    write: (source, start, length, target, at) =>
      isFinite(source, start)
        ? plain.write(source, start, length, target, at)
        : quoted.write(source, start, length, target, at),
  };
}

const copied = {
  longest: (_source, _start, length) => length,
  write: ({ bytes }, start, length, target, at) => {
    target.set(bytes.subarray(start, start + length), at);
    return at + length;
  },
} satisfies ValueWriter;

/** Its white space is the writer's own; within strings JSON escapes line breaks. */
const onOneLine = {
  longest: copied.longest,
  write: (source, start, length, target, at) => {
    const end = copied.write(source, start, length, target, at);
    for (let position = at; position < end; position += 1) {
      const byte = target[position];
      if (byte === lineFeed || byte === carriageReturn) {
        target[position] = space;
      }
    }
    return end;
  },
} satisfies ValueWriter;

const jsonWriter: ValueWriter = {
  ...onOneLine,
  inPieces: () => ({ skippedBytes: 0, isQuoted: false, stretch: onOneLine }),
};

/** After the number of the form's version, a byte, the text. */
const jsonbWriter: ValueWriter = {
  longest: copied.longest,
  write: (source, start, length, target, at) =>
    copied.write(source, start + 1, length - 1, target, at),
  inPieces: () => ({ skippedBytes: 1, isQuoted: false, stretch: copied }),
};
