import type { Interval, RowEncoding } from "../../source.js";
import { handedOver } from "./hand-over.js";
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
  const isBinary = encoding.kind === "binary";
  const selected = relation.columns.map((column) =>
    isBinary ? handedOver(column, encoding).sql : column.valueSql,
  );
  return (
    `copy (select ${selected.join(", ")} from ${relation.fromSql} where ${condition})` +
    ` to stdout (format ${isBinary ? "binary" : "text, encoding 'UTF8'"})`
  );
}

/** The definition's condition and one of ours. */
export function conditionSql(relation: Relation, condition: string): string {
  return relation.whereSql === null
    ? condition
    : `${condition} and ${relation.whereSql}`;
}
