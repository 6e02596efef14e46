import type { FieldRange } from "../binary/fields.js";
import { notInParquet } from "./not-in-parquet.js";
import { unscaledNumber } from "./numeric.js";
import type { ParquetColumn } from "./parquet-column.js";

/**
 * Writes values to little-endian lanes of 32 bits, from lane `at` on, NULLs left out.
 * @returns the lane after the last
 */
export type LaneDecoder = (
  range: FieldRange,
  lanes: Int32Array,
  at: number,
) => number;

/**
 * How a column's values become lanes; null for columns that have none.
 * @throws RefillError SOURCE_DATA_INVALID, from the decoder, for a value that Parquet has no form for
 */
export function laneDecoder(column: ParquetColumn): LaneDecoder | null {
  switch (column.value.kind) {
    case "int2":
      return decodeInt2;
    case "int4":
    case "float4":
      return decode32;
    case "int8":
    case "float8":
    case "time":
      return decode64;
    case "date":
      return decodeDate(column.name);
    case "timestamp":
    case "timestamptz":
      return decodeTimestamp(column.name);
    case "numeric":
      return decimalDecoder(column);
    case "bool":
    case "text":
    case "json":
    case "jsonb":
    case "bytea":
    case "uuid":
      return null;
  }
}

const decodeInt2: LaneDecoder = ({ fields, from, to }, lanes, at) => {
  const { view, starts, lengths } = fields;
  let lane = at;
  for (let row = from; row < to; row += 1) {
    if ((lengths[row] ?? -1) < 0) continue;
    lanes[lane++] = view.getInt16(starts[row] ?? 0);
  }
  return lane;
};

const decode32: LaneDecoder = ({ fields, from, to }, lanes, at) => {
  const { view, starts, lengths } = fields;
  let lane = at;
  for (let row = from; row < to; row += 1) {
    if ((lengths[row] ?? -1) < 0) continue;
    lanes[lane++] = view.getInt32(starts[row] ?? 0);
  }
  return lane;
};

const decode64: LaneDecoder = ({ fields, from, to }, lanes, at) => {
  const { view, starts, lengths } = fields;
  let lane = at;
  for (let row = from; row < to; row += 1) {
    if ((lengths[row] ?? -1) < 0) continue;
    const start = starts[row] ?? 0;
    lanes[lane++] = view.getInt32(start + 4);
    lanes[lane++] = view.getInt32(start);
  }
  return lane;
};

/** Postgres counts from the year 2000, Parquet from 1970. */
const epochDays = 10_957;
const largest32 = 0x7fff_ffff;
const smallest32 = -0x8000_0000;

/** `infinity` stays the greatest number, and `-infinity` becomes the one above the least: DuckDB reads both as such. */
function decodeDate(name: string): LaneDecoder {
  return ({ fields, from, to }, lanes, at) => {
    const { view, starts, lengths } = fields;
    let lane = at;
    for (let row = from; row < to; row += 1) {
      if ((lengths[row] ?? -1) < 0) continue;
      const days = view.getInt32(starts[row] ?? 0);
      if (days === largest32) lanes[lane++] = largest32;
      else if (days === smallest32) lanes[lane++] = smallest32 + 1;
      else if (days + epochDays >= largest32) throw tooLate(name);
      else lanes[lane++] = days + epochDays;
    }
    return lane;
  };
}

const wordSize = 2 ** 32;
const epochMicroseconds = epochDays * 86_400_000_000;
const epochLow = epochMicroseconds % wordSize;
const epochHigh = Math.floor(epochMicroseconds / wordSize);

/** The last ones of Postgres, after the year 294246, are beyond 64 bits once they count from 1970. */
function decodeTimestamp(name: string): LaneDecoder {
  return ({ fields, from, to }, lanes, at) => {
    const { view, starts, lengths } = fields;
    let lane = at;
    for (let row = from; row < to; row += 1) {
      if ((lengths[row] ?? -1) < 0) continue;
      const start = starts[row] ?? 0;
      const high = view.getInt32(start);
      const low = view.getUint32(start + 4) + epochLow;
      const sum = high + epochHigh + (low >= wordSize ? 1 : 0);
      if (sum < largest32 && high !== smallest32) {
        lanes[lane++] = low;
        lanes[lane++] = sum;
      } else {
        lane = decodeInfinity(view, start, name, lanes, lane);
      }
    }
    return lane;
  };
}

function decodeInfinity(
  view: DataView,
  start: number,
  name: string,
  lanes: Int32Array,
  at: number,
): number {
  const high = view.getInt32(start);
  const low = view.getInt32(start + 4);
  if (high === largest32 && low === -1) {
    lanes[at] = -1;
    lanes[at + 1] = largest32;
  } else if (high === smallest32 && low === 0) {
    lanes[at] = 1;
    lanes[at + 1] = smallest32;
  } else {
    throw tooLate(name);
  }
  return at + 2;
}

function tooLate(name: string) {
  return notInParquet(name, {
    expected: "dates before the year 5881580 and timestamps before 294247",
    got: "a later one",
  });
}

function decimalDecoder(column: ParquetColumn): LaneDecoder | null {
  const { logical, physical, name } = column;
  if (logical.kind !== "decimal") return null;
  if (physical.name !== "INT32" && physical.name !== "INT64") return null;
  const words = new Uint32Array(physical.name === "INT32" ? 1 : 2);
  const decimal = { name, scale: logical.scale };
  return ({ fields, from, to }, lanes, at) => {
    let lane = at;
    for (let row = from; row < to; row += 1) {
      if ((fields.lengths[row] ?? -1) < 0) continue;
      unscaledNumber(fields.view, fields.starts[row] ?? 0, decimal, words);
      for (const word of words) lanes[lane++] = word;
    }
    return lane;
  };
}
