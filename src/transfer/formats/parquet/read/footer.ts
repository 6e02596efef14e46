import { physicalTypeNumber } from "../physical-type.js";
import { notOurParquet } from "./not-our-parquet.js";
import { schemaDigest, schemaField } from "./schema-digest.js";
import {
  ThriftReader,
  type ThriftStruct,
  type ThriftValue,
} from "./thrift-reader.js";

/** What a file's end says, as far as its rows need it. */
export interface Footer {
  readonly columns: readonly StoredColumn[];
  readonly schemaDigest: Uint8Array;
  readonly rowGroups: readonly StoredRowGroup[];
}

export interface StoredColumn {
  readonly isList: boolean;
  readonly values: ValueLayout;
}

/** How values lie in a page that has them as they are. */
export type ValueLayout =
  | { readonly kind: "bits" }
  | { readonly kind: "fixed"; readonly widthBytes: number }
  | { readonly kind: "prefixed" };

export interface StoredRowGroup {
  readonly rows: number;
  /** In the order of the columns, and of the file. */
  readonly chunks: readonly StoredChunk[];
}

interface StoredChunk {
  readonly sizeBytes: number;
  readonly codec: number;
}

/** Reads a FileMetaData of parquet.thrift. @throws RefillError DESTINATION_DATA_INVALID */
export function readFooter(bytes: Uint8Array): Footer {
  const file = new ThriftReader(bytes).struct();
  const schema = listOf(file, schemaField);
  return {
    columns: columnsOf(schema.map(asStruct)),
    schemaDigest: schemaDigest(schema),
    rowGroups: listOf(file, 4).map((group) => rowGroupOf(asStruct(group))),
  };
}

/** A list is three elements: the column, `list`, and `element`, which has the values. */
function columnsOf(schema: readonly ThriftStruct[]): readonly StoredColumn[] {
  const columns: StoredColumn[] = [];
  for (let at = 1; at < schema.length; at += 1) {
    const isList = schema[at]?.has(5) === true;
    if (isList) at += 2;
    const leaf = schema[at];
    if (leaf === undefined) throw notOurParquet("a schema that is cut short");
    columns.push({ isList, values: layoutOf(leaf) });
  }
  return columns;
}

function layoutOf(leaf: ThriftStruct): ValueLayout {
  const type = physicalTypeNumber;
  switch (numberOf(leaf, 1)) {
    case type.BOOLEAN:
      return { kind: "bits" };
    case type.INT32:
    case type.FLOAT:
      return { kind: "fixed", widthBytes: 4 };
    case type.INT64:
    case type.DOUBLE:
      return { kind: "fixed", widthBytes: 8 };
    case type.BYTE_ARRAY:
      return { kind: "prefixed" };
    case type.FIXED_LEN_BYTE_ARRAY:
      return { kind: "fixed", widthBytes: numberOf(leaf, 2) };
    default:
      throw notOurParquet("a column of another type");
  }
}

function rowGroupOf(group: ThriftStruct): StoredRowGroup {
  const chunks = listOf(group, 1).map((chunk) => {
    const metadata = asStruct(asStruct(chunk).get(3));
    return {
      sizeBytes: numberOf(metadata, 7),
      codec: numberOf(metadata, 4),
    };
  });
  return { rows: numberOf(group, 3), chunks };
}

function listOf(struct: ThriftStruct, field: number): readonly ThriftValue[] {
  const value = struct.get(field);
  if (Array.isArray(value)) return value as readonly ThriftValue[];
  throw notOurParquet("metadata without a list that it should have");
}

export function numberOf(struct: ThriftStruct, field: number): number {
  const value = struct.get(field);
  if (typeof value === "number") return value;
  throw notOurParquet("metadata without a number that it should have");
}

export function asStruct(value: ThriftValue | undefined): ThriftStruct {
  if (value instanceof Map) return value as ThriftStruct;
  throw notOurParquet("metadata without a part that it should have");
}
