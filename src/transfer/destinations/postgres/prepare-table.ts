import { RefillError } from "../../../domain/errors.js";
import type { TableName } from "../../../domain/table-name.js";
import type { ProbeFacts } from "../../destination.js";
import type { ExportedRows } from "../destination-access.js";
import { checkTable } from "./check-table.js";
import { timestampNameOf } from "./interval-rows.js";
import type { TargetSession } from "./target-session.js";
import {
  createTargetTable,
  readTargetTable,
  tableSql,
  type TargetTable,
} from "./target-table.js";

/** What is to be written, and where. */
export interface TableRequest extends ProbeFacts {
  readonly table: TableName;
  readonly rows: ExportedRows;
  /** Whether to make the table where there is none. */
  readonly create: boolean;
}

/**
 * The table that takes the columns, made if it has to be. To be called in a transaction.
 * @throws RefillError DESTINATION_TABLE_MISMATCH, DESTINATION_FORBIDDEN
 */
export async function prepareTable(
  session: TargetSession,
  { table, rows, create, columns, origin }: TableRequest,
): Promise<TargetTable> {
  const timestampColumn = timestampNameOf(
    rows,
    columns.map(({ name }) => name),
  );
  let found = await readTargetTable(session, table);
  if (found === null && create) {
    await createTargetTable(session, { table, columns, timestampColumn });
    found = await readTargetTable(session, table);
  }
  if (found === null) throw missing(table);
  if (origin !== null && found.origin === origin) throw intoItself(table);
  checkTable({
    displayName: tableSql(table),
    table: found,
    columns,
    timestampColumn,
  });
  return found;
}

function missing(table: TableName): RefillError {
  return new RefillError(
    "DESTINATION_TABLE_MISMATCH",
    `Expected a table ${tableSql(table)} in the destination's database, found none. Make it, or set create: true.`,
  );
}

function intoItself(table: TableName): RefillError {
  return new RefillError(
    "DESTINATION_FORBIDDEN",
    `Expected another table than the source's own, got ${tableSql(table)} under another connection: this would be an export into itself. Name another table.`,
  );
}
