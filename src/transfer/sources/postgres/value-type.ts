import type { ValueType } from "../../column.js";

/** Types of the catalog, by their fixed identifiers. Every other type is handed over as text. */
const scalarKinds: Readonly<
  Record<number, Exclude<ValueType["kind"], "array" | "numeric">>
> = {
  16: "bool",
  17: "bytea",
  20: "int8",
  21: "int2",
  23: "int4",
  114: "json",
  700: "float4",
  701: "float8",
  1082: "date",
  1083: "time",
  1114: "timestamp",
  1184: "timestamptz",
  2950: "uuid",
  3802: "jsonb",
};

const numericType = 1700;
/** A type modifier counts the four bytes of a length that is not there. */
const modifierOffset = 4;

/** The kind of value that a base type holds; the modifier tells a numeric's digits, -1 that they are not constrained. */
export function valueTypeOf(baseType: number, modifier: number): ValueType {
  if (baseType === numericType) return numericOf(modifier);
  return { kind: scalarKinds[baseType] ?? "text" };
}

/** Precision in the upper half, scale in the lower eleven bits, as a signed number (utils/adt/numeric.c). */
function numericOf(modifier: number): ValueType {
  if (modifier < modifierOffset) {
    return { kind: "numeric", precision: null, scale: null };
  }
  const packed = modifier - modifierOffset;
  const scale = ((packed & 0x7ff) ^ 0x400) - 0x400;
  return { kind: "numeric", precision: (packed >> 16) & 0xffff, scale };
}
