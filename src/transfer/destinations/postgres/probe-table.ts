import { RefillError } from "../../../domain/errors.js";
import type { TableName } from "../../../domain/table-name.js";
import { ensureOwnTables, stagingTable } from "./own-tables.js";
import type { TargetSession } from "./target-session.js";
import { readTargetTable, tableSql } from "./target-table.js";

/** Stages and publishes no row, and takes it all back: whatever rights are missing are missed here. */
export async function probeTable(
  session: TargetSession,
  table: TableName,
  mayCreate: boolean,
): Promise<void> {
  await ensureOwnTables(session);
  const found = await readTargetTable(session, table);
  if (found === null) return probeCreation(session, table, mayCreate);
  const name = tableSql(table);
  const staging = stagingTable({ batchExportId: "probe", key: name, token: 0 });
  await session.query("begin");
  try {
    await session.query(
      `create unlogged table ${staging} as select * from ${name} with no data`,
    );
    await session.query(`delete from ${name} where false`);
    await session.query(
      `insert into ${name} select * from ${staging} where false`,
    );
  } finally {
    await session.rollBack();
  }
}

async function probeCreation(
  session: TargetSession,
  { schema, name }: TableName,
  mayCreate: boolean,
): Promise<void> {
  const { rows } = await session.query<{ may: boolean }>(
    `select has_schema_privilege(oid, 'CREATE') as may from pg_catalog.pg_namespace where nspname = $1`,
    [schema],
  );
  if (mayCreate && rows[0]?.may === true) return;
  const what = mayCreate
    ? `a schema ${schema} in which the destination's user may make a table`
    : `a table ${schema}.${name} in the destination's database`;
  throw new RefillError(
    "DESTINATION_TABLE_MISMATCH",
    `Expected ${what}, found none. Make it, or correct the destination.`,
  );
}
