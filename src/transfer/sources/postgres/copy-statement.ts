import type { ValueType } from "../../column.js";
import type { Interval, RowEncoding } from "../../source.js";
import { baseTypes, type Column } from "./columns.js";
import { quoteIdentifier, quoteLiteral } from "./quote.js";
import type { Relation } from "./relation.js";
import { exactSql } from "./timestamp-column.js";

/** The COPY that writes the rows of an interval. A COPY takes no parameters: its constants are ours. */
export function copyStatement(
  relation: Relation,
  request: { readonly interval: Interval; readonly encoding: RowEncoding },
): string {
  const { encoding } = request;
  const condition = conditionSql(
    relation,
    exactSql(relation.timestamp, request.interval),
  );
  switch (encoding.kind) {
    case "json-lines":
      return jsonLinesStatement(relation, condition, encoding.numbers);
    case "csv":
      return copyRows(
        relation,
        condition,
        `format csv, null ${quoteLiteral(encoding.nullText)}`,
      );
    case "copy-text":
      return copyRows(relation, condition, "format text");
    case "binary":
      return binaryStatement(relation, condition);
  }
}

/** The definition's condition and one of ours. */
export function conditionSql(relation: Relation, condition: string): string {
  return relation.whereSql === null
    ? condition
    : `${condition} and ${relation.whereSql}`;
}

/**
 * One object a row, by row_to_json. CSV with quote and delimiter characters that JSON never holds writes it as it is.
 * bytea becomes base64; NaN, Infinity and infinite timestamps become strings; numbers keep every digit.
 */
function jsonLinesStatement(
  relation: Relation,
  condition: string,
  numbers: "digits" | "strings",
): string {
  const row = unusedName("refill_row", relation.columns);
  const selected = relation.columns
    .map((column) => jsonColumnSql(column, numbers))
    .join(", ");
  const object = `row_to_json(${row})`;
  const line = relation.columns.some((column) => column.mayHoldLineFeeds)
    ? `translate(${object}::text, e'\\n\\r', '  ')` // in valid JSON they stand between values only
    : object;
  return (
    `copy (select ${line} from (select ${selected} from ${relation.fromSql} where ${condition}) as ${row})` +
    ` to stdout (format csv, quote e'\\x01', delimiter e'\\x02', encoding 'UTF8')`
  );
}

function jsonColumnSql(column: Column, numbers: "digits" | "strings"): string {
  const name = quoteIdentifier(column.name);
  if (column.baseType === baseTypes.bytea) {
    return `translate(encode(${name}, 'base64'), e'\\n', '') as ${name}`; // encode breaks lines, as in MIME
  }
  return numbers === "strings" ? name + quotedNumberCast(column) : name;
}

/** JSON's own numbers are read as floats of 64 bits by most readers: these types may have more digits. */
function quotedNumberCast({ name, baseType, type }: Column): string {
  const as = ` as ${quoteIdentifier(name)}`;
  if (longNumbers.has(baseType)) return `::text${as}`;
  const isList =
    longNumberArrays.has(baseType) ||
    (type.kind === "array" && isLongNumber(type.element));
  return isList ? `::text[]${as}` : "";
}

const longNumbers: ReadonlySet<number> = new Set([
  baseTypes.int8,
  baseTypes.numeric,
]);
const longNumberArrays: ReadonlySet<number> = new Set([
  baseTypes.int8Array,
  baseTypes.numericArray,
]);

function isLongNumber({ kind }: ValueType): boolean {
  return kind === "int8" || kind === "numeric";
}

/** A form of the server's own. What would read as the text for NULL is quoted or escaped by the server, so the two stay apart. */
function copyRows(
  relation: Relation,
  condition: string,
  format: string,
): string {
  const selected = relation.columns
    .map((column) => quoteIdentifier(column.name))
    .join(", ");
  return (
    `copy (select ${selected} from ${relation.fromSql} where ${condition})` +
    ` to stdout (${format}, encoding 'UTF8')`
  );
}

/** The server's binary form. Types that no format knows in theirs are made text here, on the server. */
function binaryStatement(relation: Relation, condition: string): string {
  const selected = relation.columns.map(binaryColumnSql).join(", ");
  return (
    `copy (select ${selected} from ${relation.fromSql} where ${condition})` +
    ` to stdout (format binary)`
  );
}

/** row_to_json(x) means the column x where there is one. */
function unusedName(wish: string, columns: readonly Column[]): string {
  const taken = new Set(columns.map((column) => column.name));
  let name = wish;
  for (let number = 2; taken.has(name); number += 1) name = `${wish}_${number}`;
  return name;
}

/**
 * In the very type that was looked up, which costs nothing where it still has it: of a table that was altered since, the
 * server converts the values or refuses, where its bytes would be read as something else.
 */
function binaryColumnSql({ name, typeName, binaryCast }: Column): string {
  const cast = binaryCast === "" ? `::${typeName}` : binaryCast;
  return quoteIdentifier(name) + cast;
}
