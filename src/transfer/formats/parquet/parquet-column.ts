import type { ExportColumn, ValueType } from "../../column.js";
import type { LogicalType, PhysicalType } from "./physical-type.js";

/** A column's values in the file: one at most in each row, or a list of them. */
export interface ParquetColumn {
  readonly name: string;
  readonly isList: boolean;
  /** The type of one value: of an array, its element's. */
  readonly value: ScalarType;
  readonly physical: PhysicalType;
  readonly logical: LogicalType;
}

type ScalarType = Exclude<ValueType, { readonly kind: "array" }>;

/** The most digits that readers have a type for: DuckDB and Spark turn a longer DECIMAL into a float, or refuse it. */
const mostDecimalDigits = 38;

/** How Parquet holds a column. docs/formats.md lists the types. */
export function parquetColumn(column: ExportColumn): ParquetColumn {
  const { type } = column;
  const isList = type.kind === "array";
  const value = scalarOf(type);
  return { name: column.name, isList, value, ...typesOf(value) };
}

/** Postgres has one array type for any number of dimensions: an element is never an array. */
function scalarOf(type: ValueType): ScalarType {
  return type.kind === "array" ? scalarOf(type.element) : type;
}

interface Types {
  readonly physical: PhysicalType;
  readonly logical: LogicalType;
}

function typesOf(type: ScalarType): Types {
  switch (type.kind) {
    case "bool":
      return { physical: { name: "BOOLEAN" }, logical: { kind: "none" } };
    case "int2":
      return int32({ kind: "integer", bits: 16 });
    case "int4":
      return int32({ kind: "integer", bits: 32 });
    case "date":
      return int32({ kind: "date" });
    case "int8":
      return int64({ kind: "integer", bits: 64 });
    case "time":
      return int64({ kind: "time" });
    case "timestamp":
      return int64({ kind: "timestamp", isAdjustedToUtc: false });
    case "timestamptz":
      return int64({ kind: "timestamp", isAdjustedToUtc: true });
    case "float4":
      return { physical: { name: "FLOAT" }, logical: { kind: "none" } };
    case "float8":
      return { physical: { name: "DOUBLE" }, logical: { kind: "none" } };
    case "text":
      return byteArray({ kind: "string" });
    case "json":
    case "jsonb":
      return byteArray({ kind: "json" });
    case "bytea":
      return byteArray({ kind: "none" });
    case "uuid":
      return fixed(16, { kind: "uuid" });
    case "numeric":
      return numeric(type);
  }
}

function numeric(type: Extract<ScalarType, { kind: "numeric" }>): Types {
  const decimal = decimalOf(type);
  if (decimal === null) return byteArray({ kind: "string" });
  if (decimal.precision <= 9) return int32(decimal);
  if (decimal.precision <= 18) return int64(decimal);
  return fixed(decimalBytes(decimal.precision), decimal);
}

/** Postgres allows a scale below zero and above the precision, Parquet neither: such a number gets the digits it lacks. */
function decimalOf(type: {
  readonly precision: number | null;
  readonly scale: number | null;
}): Extract<LogicalType, { kind: "decimal" }> | null {
  if (type.precision === null || type.scale === null) return null;
  const scale = Math.max(0, type.scale);
  const precision = Math.max(type.precision - Math.min(0, type.scale), scale);
  return precision > mostDecimalDigits
    ? null
    : { kind: "decimal", precision, scale };
}

/** The fewest bytes that hold every number of so many digits, and its sign. */
function decimalBytes(precision: number): number {
  return Math.ceil((precision * Math.log2(10) + 1) / 8);
}

function int32(logical: LogicalType): Types {
  return { physical: { name: "INT32" }, logical };
}

function int64(logical: LogicalType): Types {
  return { physical: { name: "INT64" }, logical };
}

function byteArray(logical: LogicalType): Types {
  return { physical: { name: "BYTE_ARRAY" }, logical };
}

function fixed(widthBytes: number, logical: LogicalType): Types {
  return { physical: { name: "FIXED_LEN_BYTE_ARRAY", widthBytes }, logical };
}
