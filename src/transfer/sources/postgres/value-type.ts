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

/** Types whose binary form is their text in UTF-8: text, varchar, char(n), name. An enum's is too. */
const plainTextTypes = new Set([25, 1043, 1042, 19]);

const numericType = 1700;
/** A type modifier counts the four bytes of a length that is not there. */
const modifierOffset = 4;

/** What the catalog calls an enum, in `pg_type.typtype`. */
export const enumKind = "e";

/** What the catalog says of a type. */
export interface TypeFacts {
  /** The type that a domain is made of, or the type itself. */
  readonly base: number;
  /** As `pg_type.typtype` has it. */
  readonly kind: string;
  /** The type modifier; -1 for none. */
  readonly modifier: number;
  /** What stands between two of them in an array's text. */
  readonly delimiter: string;
}

/** How the server hands a type over in binary, and what has to be done for it in SQL. */
export interface BinaryType {
  readonly type: ValueType;
  /** Follows the column's name. */
  readonly cast: "" | "::text" | "::text[]" | "::text::text[]";
}

/** Types without a form of their own become text. */
export function binaryTypeOf(facts: TypeFacts): BinaryType {
  const type = valueTypeOf(facts.base, facts.modifier);
  const isTextAlready =
    type.kind !== "text" ||
    facts.kind === enumKind ||
    plainTextTypes.has(facts.base);
  return { type, cast: isTextAlready ? "" : "::text" };
}

/** An array is a list of its elements; one that is declared with more dimensions becomes text. */
export function binaryArrayOf(
  element: TypeFacts,
  declaredDimensions: number,
): BinaryType {
  if (declaredDimensions > 1) return { type: { kind: "text" }, cast: "::text" };
  const { type, cast } = binaryTypeOf(element);
  return {
    type: { kind: "array", element: type },
    cast: cast === "" ? "" : elementsCast(element),
  };
}

/**
 * An array's own text has its elements as the server prints them, where a cast of each would add `/32` to an inet. It reads as
 * a list of texts but for elements that are not separated by commas (box), of which a cast says the same.
 */
function elementsCast({ delimiter }: TypeFacts): BinaryType["cast"] {
  return delimiter === "," ? "::text::text[]" : "::text[]";
}

/** The kind of value that a base type holds; the modifier tells a numeric's digits, -1 that they are not constrained. */
function valueTypeOf(baseType: number, modifier: number): ValueType {
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
