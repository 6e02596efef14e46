import type { ValueType } from "../../column.js";
import type { BinaryEncoding } from "../../source.js";
import { baseTypes, type Column } from "./columns.js";

/**
 * How a column's values come in a binary COPY, and the expression for it: in their own form where the format takes that,
 * else made text, or JSON, here on the server.
 */
export function handedOver(
  column: Column,
  { takes, otherwise }: BinaryEncoding,
): { readonly type: ValueType; readonly sql: string } {
  const name = column.valueSql;
  const { type, binaryCast } = column;
  const isTaken = takes.includes(type.kind);
  // In the very type that was looked up, which costs nothing where it still has it: of a table that was altered since, the
  // server converts the values or refuses, where its bytes would be read as something else.
  if (isTaken && binaryCast === "") {
    return { type, sql: `${name}::${column.binaryType}` };
  }
  if (otherwise.as === "json") {
    const cast = otherwise.numbers === "strings" ? elementsCast(column) : "";
    const sql = `pg_catalog.to_json(${name}${cast})::text`;
    return { type: { kind: "json" }, sql };
  }
  if (isTaken && type.kind === "array") return { type, sql: name + binaryCast };
  return { type: { kind: "text" }, sql: printed(name) };
}

/** As the server prints it. A cast to text may say something else: that of an inet adds `/32`. */
function printed(name: string): string {
  return `case when ${name} is distinct from null then pg_catalog.format('%s', ${name}) end`;
}

const longNumberArrays: ReadonlySet<number> = new Set([
  baseTypes.int8Array,
  baseTypes.numericArray,
]);

/** Makes texts of the elements of a list of bigint or numeric: JSON writes those in quotes. */
function elementsCast({ baseType, type }: Column): "::text[]" | "" {
  const isLong =
    longNumberArrays.has(baseType) ||
    (type.kind === "array" &&
      (type.element.kind === "int8" || type.element.kind === "numeric"));
  return isLong ? "::text[]" : "";
}
