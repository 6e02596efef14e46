import { RefillError } from "../../../domain/errors.js";
import type { TableName } from "../../../domain/table-name.js";
import type { NamedColumn } from "../../column.js";
import { quoteIdentifier } from "../../sources/postgres/quote.js";
import { stateOf } from "../../sources/postgres/server-error.js";
import { tableOriginSql } from "../../sources/postgres/table-origin.js";
import { fullyNamed } from "../../sources/postgres/type-names.js";
import { readSideEffects } from "./side-effects.js";
import type { TargetSession } from "./target-session.js";

/** A column of the table that is exported to. Domains count as the type that they are made of. */
export interface TargetColumn {
  readonly name: string;
  readonly type: string;
  readonly baseType: number;
  /** NOT NULL, and nothing that fills it by itself. */
  readonly isRequired: boolean;
  readonly isGenerated: boolean;
}

export interface TargetTable {
  readonly columns: readonly TargetColumn[];
  /** The same for the same table under any connection; null where the server does not tell. */
  readonly origin: string | null;
  /** What else would change if its rows were replaced, a text each: see `readSideEffects`. */
  readonly sideEffects: readonly string[];
}

/** The table's full name, as SQL takes it. */
export function tableSql({ schema, name }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The table as it is now; null where there is none. @throws RefillError DESTINATION_TABLE_MISMATCH when it holds no rows of its own */
export async function readTargetTable(
  session: TargetSession,
  table: TableName,
): Promise<TargetTable | null> {
  const { rows } = await session.query<{
    oid: number;
    is_table: boolean;
    origin: string | null;
  }>(
    `select c.oid, c.relkind in ('r', 'p') as is_table, ${tableOriginSql("c.oid")} as origin
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`,
    [table.schema, table.name],
  );
  const found = rows[0];
  if (found === undefined) return null;
  if (!found.is_table) {
    throw new RefillError(
      "DESTINATION_TABLE_MISMATCH",
      `Expected ${tableSql(table)} to be a table, got a view or something else that keeps no rows. Name a table.`,
    );
  }
  return {
    columns: await readColumns(session, found.oid),
    origin: found.origin,
    sideEffects: await readSideEffects(session, found.oid),
  };
}

async function readColumns(
  session: TargetSession,
  oid: number,
): Promise<readonly TargetColumn[]> {
  const { rows } = await session.query<{
    name: string;
    type: string;
    base_type: number;
    is_required: boolean;
    is_generated: boolean;
  }>(
    `with ${fullyNamed}
     select a.attname as name, base.oid as base_type, pg_catalog.format_type(base.oid, base.modifier) as type,
       a.attnotnull and not a.atthasdef and a.attidentity = '' as is_required, a.attgenerated <> '' as is_generated
     from fully_named cross join pg_catalog.pg_attribute a
     cross join lateral (
       with recursive layer as (
         select a.atttypid as oid, a.atttypmod as modifier
         union all
         select t.typbasetype, case when layer.modifier >= 0 then layer.modifier else t.typtypmod end
         from layer join pg_catalog.pg_type t on t.oid = layer.oid and t.typtype = 'd'
       )
       select layer.oid, layer.modifier
       from layer join pg_catalog.pg_type t on t.oid = layer.oid and t.typtype <> 'd'
     ) base
     where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
     order by a.attnum`,
    [oid],
  );
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    baseType: row.base_type,
    isRequired: row.is_required,
    isGenerated: row.is_generated,
  }));
}

/**
 * Makes a table of the source's columns, with an index on its timestamps, which every run deletes by. Fine when another
 * worker was faster. To be called in a transaction.
 * @throws RefillError DESTINATION_TABLE_MISMATCH when the schema or a type is not there
 */
export async function createTargetTable(
  session: TargetSession,
  request: {
    readonly table: TableName;
    readonly columns: readonly NamedColumn[];
    readonly timestampColumn: string;
  },
): Promise<void> {
  const name = tableSql(request.table);
  const columns = request.columns.map(
    (column) => `${quoteIdentifier(column.name)} ${column.typeName}`,
  );
  try {
    await session.query("select pg_advisory_xact_lock(hashtext($1))", [name]);
    if ((await readTargetTable(session, request.table)) !== null) return;
    await session.query(`create table ${name} (${columns.join(", ")})`);
    await session.query(
      `create index on ${name} (${quoteIdentifier(request.timestampColumn)})`,
    );
  } catch (error) {
    const state = stateOf(error) ?? "";
    if (!["3F000", "42704", "42601", "42P16"].includes(state)) throw error;
    throw new RefillError(
      "DESTINATION_TABLE_MISMATCH",
      `Could not make the table ${name} of the source's columns: ${(error as Error).message} Make what is missing, cast the column in a query, or make the table yourself.`,
      { details: { sqlstate: state } },
    );
  }
}
