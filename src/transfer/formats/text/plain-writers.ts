import { floatText, longestFloat } from "./floats.js";
import { int8Text, integerText, longestInteger } from "./integers.js";
import { longestNumericText, writeNumericText } from "./numeric-text.js";
import { dateWriter, timestampWriter, type TimeStyle } from "./times.js";
import { uuidLength, uuidText } from "./uuids.js";
import type { ValueWriter } from "./value-writer.js";

/** How values are written that are the same word in every text format, but for the style of times; without quotes. */
export function plainWriters(style: TimeStyle) {
  return {
    int2: {
      longest: longestInteger,
      write: ({ view }, start, _length, target, at) =>
        integerText(view.getInt16(start), target, at),
    },
    int4: {
      longest: longestInteger,
      write: ({ view }, start, _length, target, at) =>
        integerText(view.getInt32(start), target, at),
    },
    int8: {
      longest: longestInteger,
      write: ({ view }, start, _length, target, at) =>
        int8Text(view, start, target, at),
    },
    float8: {
      longest: longestFloat,
      write: ({ view }, start, _length, target, at) =>
        floatText(view.getFloat64(start), target, at),
    },
    numeric: {
      longest: ({ view }, start) => longestNumericText(view, start),
      write: ({ view }, start, _length, target, at) =>
        writeNumericText(view, start, target, at),
    },
    uuid: {
      longest: uuidLength,
      write: ({ bytes }, start, _length, target, at) =>
        uuidText(bytes, start, target, at),
    },
    date: dateWriter(),
    timestamp: timestampWriter({ ...style, zone: "" }),
    timestamptz: timestampWriter(style),
  } as const satisfies Record<string, ValueWriter>;
}
