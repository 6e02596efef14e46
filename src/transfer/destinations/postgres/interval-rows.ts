import { RefillError } from "../../../domain/errors.js";
import type { Interval } from "../../source.js";
import {
  exactSql,
  readTimestampColumn,
} from "../../sources/postgres/timestamp-column.js";
import type { ExportedRows } from "../destination-access.js";
import type { TargetColumn } from "./target-table.js";

/** The exported column that tells the time, by the rule that a source finds it by: as written, else in lower case. */
export function timestampNameOf(
  rows: ExportedRows,
  names: readonly string[],
): string {
  const { timestampColumn: wanted } = rows;
  const name =
    names.find((one) => one === wanted) ??
    names.find((one) => one === wanted.toLowerCase());
  if (name !== undefined) return name;
  throw new RefillError(
    "DESTINATION_TABLE_MISMATCH",
    `Expected the timestamp column ${wanted} among the exported columns, found none: without it there is no telling which rows a run replaces. Export it too.`,
  );
}

/** The condition that a source reads an interval by, on the table that it is written to. */
export function intervalSql(
  rows: ExportedRows,
  table: readonly TargetColumn[],
  interval: Interval,
): string {
  const name = timestampNameOf(
    rows,
    table.map((column) => column.name),
  );
  const column = table.find((one) => one.name === name);
  if (column === undefined) throw new TypeError(`No column ${name}`);
  const timestamp = readTimestampColumn(
    { name, baseType: column.baseType, typeName: column.type },
    rows,
  );
  return exactSql(timestamp, interval);
}
