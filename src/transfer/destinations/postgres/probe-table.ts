import { ensureOwnTables, stagingTable } from "./own-tables.js";
import { prepareTable, type TableRequest } from "./prepare-table.js";
import { insertSql, stagedColumnsOf, stagingSql } from "./staging.js";
import type { TargetSession } from "./target-session.js";
import { tableSql } from "./target-table.js";

/** Does what a run does, with no row, and takes it all back: what a run would be refused is refused here. */
export async function probeTable(
  session: TargetSession,
  request: TableRequest,
): Promise<void> {
  await ensureOwnTables(session);
  const table = tableSql(request.table);
  const staging = stagingTable({
    batchExportId: "probe",
    key: table,
    token: 0,
  });
  await session.begin();
  try {
    const found = await prepareTable(session, request);
    const columns = stagedColumnsOf(request.columns, found);
    await session.query(stagingSql({ staging, table, columns }));
    await session.query(`delete from ${table} where false`);
    await session.query(
      `${insertSql({ staging, table, columns })} where false`,
    );
  } finally {
    await session.rollBack();
  }
}
