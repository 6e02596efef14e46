import { createHash } from "node:crypto";
import type { ParquetColumn } from "../parquet-column.js";
import { schemaElements, writeSchemaElement } from "../schema.js";
import { ThriftWriter } from "../thrift-writer.js";
import {
  ThriftReader,
  type ThriftStruct,
  type ThriftValue,
} from "./thrift-reader.js";

/** FileMetaData's number for the schema. */
export const schemaField = 2;

/** The names and types of a file's columns in 32 bytes: equal where readers see the same schema. */
export function schemaDigest(schema: ThriftValue): Uint8Array {
  const text = JSON.stringify(schema, (_, value: ThriftValue) => {
    if (value instanceof Map) return [...value] as unknown;
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
    return value;
  });
  return createHash("sha256").update(text).digest();
}

/** The same of columns that are to be written. */
export function digestOfColumns(columns: readonly ParquetColumn[]): Uint8Array {
  const thrift = new ThriftWriter();
  thrift.structs(schemaField, schemaElements(columns), (element) => {
    writeSchemaElement(thrift, element);
  });
  const written: ThriftStruct = new ThriftReader(thrift.finish()).struct();
  return schemaDigest(written.get(schemaField) ?? []);
}
