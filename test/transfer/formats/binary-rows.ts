/** A value in Postgres's binary form; null is NULL. */
export type Field = Buffer | null;

/** A row as COPY's binary format has it. */
export function binaryRow(...fields: readonly Field[]): Buffer {
  return Buffer.concat([int16(fields.length), ...fields.map(withLength)]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function float4(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes;
}

export function float8(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

export function bool(value: boolean): Buffer {
  return Buffer.of(value ? 1 : 0);
}

export function text(value: string): Buffer {
  return Buffer.from(value);
}

export function jsonb(value: unknown): Buffer {
  return Buffer.concat([Buffer.of(1), text(JSON.stringify(value))]);
}

export function uuid(value: string): Buffer {
  return Buffer.from(value.replaceAll("-", ""), "hex");
}

/** An array of one dimension, or of none where there is no element. */
export function array(elements: readonly Field[]): Buffer {
  const dimensions =
    elements.length === 0 ? [] : [int32(elements.length), int32(1)];
  const header = [int32(dimensions.length / 2), int32(0), int32(25)];
  return Buffer.concat([...header, ...dimensions, ...elements.map(withLength)]);
}

const numericSigns: Readonly<Record<string, number>> = {
  NaN: 0xc000,
  Infinity: 0xd000,
  "-Infinity": 0xf000,
};

/** A numeric of decimal text such as `-12.50`, as numeric_send writes it: zeros at either end are not stored. */
export function numeric(value: string): Buffer {
  const special = numericSigns[value];
  if (special !== undefined) return numericOf([], 0, special, 0);
  const [, minus, whole = "", fraction = ""] =
    /^(-?)(\d*)\.?(\d*)$/.exec(value) ?? [];
  const wholeWidth = Math.ceil(whole.length / 4) * 4;
  const digits =
    whole.padStart(wholeWidth, "0") +
    fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  const places = (digits.match(/\d{4}/g) ?? []).map(Number);
  const leading = places.findIndex((place) => place !== 0);
  if (leading < 0) return numericOf([], 0, 0, fraction.length);
  const weight = wholeWidth / 4 - 1 - leading;
  const kept = places.slice(leading);
  while (kept.at(-1) === 0) kept.pop();
  return numericOf(kept, weight, minus === "-" ? 0x4000 : 0, fraction.length);
}

function numericOf(
  places: readonly number[],
  weight: number,
  sign: number,
  scale: number,
): Buffer {
  const signBytes = Buffer.alloc(2);
  signBytes.writeUInt16BE(sign);
  return Buffer.concat([
    int16(places.length),
    int16(weight),
    signBytes,
    int16(scale),
    ...places.map(int16),
  ]);
}

function withLength(field: Field): Buffer {
  return field === null
    ? int32(-1)
    : Buffer.concat([int32(field.byteLength), field]);
}
