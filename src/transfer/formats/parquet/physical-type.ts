/** How values lie in the file. Names and numbers: parquet-format, parquet.thrift. */
export type PhysicalType =
  | { readonly name: "BOOLEAN" }
  | { readonly name: "INT32" }
  | { readonly name: "INT64" }
  | { readonly name: "FLOAT" }
  | { readonly name: "DOUBLE" }
  | { readonly name: "BYTE_ARRAY" }
  | { readonly name: "FIXED_LEN_BYTE_ARRAY"; readonly widthBytes: number };

/** What the values mean. */
export type LogicalType =
  | { readonly kind: "none" }
  | { readonly kind: "string" }
  | { readonly kind: "json" }
  | { readonly kind: "uuid" }
  | { readonly kind: "date" }
  | { readonly kind: "time" }
  | { readonly kind: "timestamp"; readonly isAdjustedToUtc: boolean }
  | { readonly kind: "integer"; readonly bits: 16 | 32 | 64 }
  | {
      readonly kind: "decimal";
      readonly precision: number;
      readonly scale: number;
    };

export const physicalTypeNumber: Readonly<
  Record<PhysicalType["name"], number>
> = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
};
