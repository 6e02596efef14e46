import type { BatchExportDefinition } from "../../definition/definition.js";
import type { Queryable } from "../database/queryable.js";
import { execute, readRow, readRows } from "../database/run-statement.js";
import { json, matches, parameter, sql } from "../database/sql.js";

export interface BatchExportRow {
  readonly id: string;
  readonly team: number;
  readonly name: string;
  readonly definition_version: number;
  readonly definition: BatchExportDefinition;
  readonly created_at: string;
  readonly last_updated_at: string;
  readonly deleted_at: string | null;
}

const selectExport = sql`
  select e.id, e.team, e.name, e.definition_version, d.definition, e.created_at, e.last_updated_at, e.deleted_at
  from refill.batch_export e
  join refill.batch_export_definition d on d.batch_export_id = e.id and d.version = e.definition_version`;

/** Undeleted exports with this id or name. More than one only where teams share a name. */
export async function findExports(
  db: Queryable,
  reference: { readonly export: string; readonly team: number | null },
): Promise<readonly BatchExportRow[]> {
  const name = parameter(reference.export);
  return readRows(
    db,
    sql<BatchExportRow>`
      ${selectExport}
      where (e.id::text = lower(${name}) or e.name = ${name}) and e.deleted_at is null
        and ${matches(sql`e.team`, reference.team)}
      order by e.team`,
  );
}

/** By team and name. */
export async function listExportRows(
  db: Queryable,
  team: number | null,
): Promise<readonly BatchExportRow[]> {
  return readRows(
    db,
    sql<BatchExportRow>`
      ${selectExport}
      where e.deleted_at is null and ${matches(sql`e.team`, team)}
      order by e.team, e.name`,
  );
}

/** The current version of an export's definition, deleted or not; 0 where there is no such export. */
export async function findExportVersion(
  db: Queryable,
  id: string,
): Promise<number> {
  const row = await readRow(
    db,
    sql<{ definition_version: number }>`
      select definition_version from refill.batch_export where id = ${id}`,
  );
  return row?.definition_version ?? 0;
}

/** The definition that a backfill pinned, and the id and name of its export, deleted or not. */
export async function findPinnedDefinition(
  db: Queryable,
  pin: { readonly batchExportId: string; readonly version: number },
): Promise<BatchExportDefinition | null> {
  const row = await readRow(
    db,
    sql<{ definition: BatchExportDefinition }>`
      select definition from refill.batch_export_definition
      where batch_export_id = ${pin.batchExportId} and version = ${pin.version}`,
  );
  return row?.definition ?? null;
}

/** Makes creations and updates of exports wait for each other until the transaction ends. Readers don't wait. */
export async function lockExports(db: Queryable): Promise<void> {
  await execute(
    db,
    sql`lock table refill.batch_export in share row exclusive mode`,
  );
}

/** Inserts an export with its first definition; null when the team already has one of this name. */
export async function insertExport(
  db: Queryable,
  input: {
    readonly definition: BatchExportDefinition;
    readonly createdBy: string;
  },
): Promise<string | null> {
  const row = await readRow(
    db,
    sql<{ id: string }>`
      insert into refill.batch_export (team, name, definition_version)
      values (${input.definition.team}, ${input.definition.name}, 1)
      on conflict (team, name) where deleted_at is null do nothing
      returning id`,
  );
  const id = row?.id ?? null;
  if (id !== null) await insertDefinition(db, { ...input, id, version: 1 });
  return id;
}

/** Adds a version of the definition and makes it the current one. */
export async function updateExportDefinition(
  db: Queryable,
  input: {
    readonly id: string;
    readonly definition: BatchExportDefinition;
    readonly createdBy: string;
  },
): Promise<void> {
  const row = await readRow(
    db,
    sql<{ definition_version: number }>`
      update refill.batch_export
      set definition_version = definition_version + 1, team = ${input.definition.team},
        name = ${input.definition.name}, last_updated_at = now()
      where id = ${input.id}
      returning definition_version`,
  );
  const version = row?.definition_version;
  if (version !== undefined) await insertDefinition(db, { ...input, version });
}

/** Hides an export and frees its name. Its backfills go on. */
export async function markExportDeleted(
  db: Queryable,
  input: { readonly id: string; readonly deletedBy: string },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.batch_export set deleted_at = now(), deleted_by = ${input.deletedBy}, last_updated_at = now()
      where id = ${input.id} and deleted_at is null`,
  );
}

async function insertDefinition(
  db: Queryable,
  input: {
    readonly id: string;
    readonly version: number;
    readonly definition: BatchExportDefinition;
    readonly createdBy: string;
  },
): Promise<void> {
  await execute(
    db,
    sql`
      insert into refill.batch_export_definition (batch_export_id, version, definition, created_by)
      values (${input.id}, ${input.version}, ${json(input.definition)}, ${input.createdBy})`,
  );
}
