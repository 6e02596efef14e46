import type { ParquetColumn } from "./parquet-column.js";
import {
  type LogicalType,
  type PhysicalType,
  physicalTypeNumber,
} from "./physical-type.js";
import type { ThriftWriter } from "./thrift-writer.js";

/** A node of the schema's tree, in the order of a walk from the root. */
export interface SchemaElement {
  readonly name: string;
  /** Null for the root. */
  readonly repetition: "optional" | "repeated" | null;
  readonly children: number;
  readonly physical: PhysicalType | null;
  readonly logical: LogicalType | { readonly kind: "list" };
}

const none = { kind: "none" } as const;

/** Every column may be NULL: a query's result does not say which can't be. */
export function schemaElements(
  columns: readonly ParquetColumn[],
): readonly SchemaElement[] {
  const root: SchemaElement = {
    name: "schema",
    repetition: null,
    children: columns.length,
    physical: null,
    logical: none,
  };
  return [root, ...columns.flatMap(columnElements)];
}

/** The names from the root to the values. */
export function pathOf(column: ParquetColumn): readonly string[] {
  return column.isList ? [column.name, "list", "element"] : [column.name];
}

/** A list has the three levels that the format asks for, so that an empty one and one that is NULL differ. */
function columnElements(column: ParquetColumn): readonly SchemaElement[] {
  const leaf: SchemaElement = {
    name: column.isList ? "element" : column.name,
    repetition: "optional",
    children: 0,
    physical: column.physical,
    logical: column.logical,
  };
  if (!column.isList) return [leaf];
  const { name } = column;
  const group = { children: 1, physical: null };
  return [
    { ...group, name, repetition: "optional", logical: { kind: "list" } },
    { ...group, name: "list", repetition: "repeated", logical: none },
    leaf,
  ];
}

const repetitionNumber = { optional: 1, repeated: 2 } as const;

/** Writes a SchemaElement of parquet.thrift. */
export function writeSchemaElement(
  thrift: ThriftWriter,
  element: SchemaElement,
): void {
  const { physical, repetition, logical } = element;
  if (physical !== null) thrift.i32(1, physicalTypeNumber[physical.name]);
  if (physical?.name === "FIXED_LEN_BYTE_ARRAY") {
    thrift.i32(2, physical.widthBytes);
  }
  if (repetition !== null) thrift.i32(3, repetitionNumber[repetition]);
  thrift.binary(4, element.name);
  if (element.children > 0) thrift.i32(5, element.children);
  const converted = convertedType(logical);
  if (converted !== null) thrift.i32(6, converted);
  if (logical.kind === "decimal") {
    thrift.i32(7, logical.scale);
    thrift.i32(8, logical.precision);
  }
  if (logical.kind !== "none") writeLogicalType(thrift, logical);
}

/** What readers older than logical types go by; null where they had no word for it, as for a time that is no instant. */
function convertedType(logical: SchemaElement["logical"]): number | null {
  switch (logical.kind) {
    case "string":
      return 0;
    case "list":
      return 3;
    case "decimal":
      return 5;
    case "date":
      return 6;
    case "timestamp":
      return logical.isAdjustedToUtc ? 10 : null;
    case "integer":
      return { 16: 16, 32: 17, 64: 18 }[logical.bits];
    case "json":
      return 19;
    case "uuid":
    case "time":
    case "none":
      return null;
  }
}

function writeLogicalType(
  thrift: ThriftWriter,
  logical: SchemaElement["logical"],
): void {
  thrift.struct(10, () => {
    thrift.struct(logicalTypeField[logical.kind], () => {
      writeParameters(thrift, logical);
    });
  });
}

const logicalTypeField: Readonly<
  Record<SchemaElement["logical"]["kind"], number>
> = {
  none: 0,
  string: 1,
  list: 3,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  json: 12,
  uuid: 14,
};

function writeParameters(
  thrift: ThriftWriter,
  logical: SchemaElement["logical"],
): void {
  switch (logical.kind) {
    case "decimal":
      thrift.i32(1, logical.scale);
      thrift.i32(2, logical.precision);
      break;
    case "time":
      writeMicroseconds(thrift, false);
      break;
    case "timestamp":
      writeMicroseconds(thrift, logical.isAdjustedToUtc);
      break;
    case "integer":
      thrift.i8(1, logical.bits);
      thrift.bool(2, true);
      break;
    case "none":
    case "string":
    case "list":
    case "date":
    case "json":
    case "uuid":
      break;
  }
}

function writeMicroseconds(
  thrift: ThriftWriter,
  isAdjustedToUtc: boolean,
): void {
  thrift.bool(1, isAdjustedToUtc);
  thrift.struct(2, () => {
    thrift.struct(2, () => undefined);
  });
}
