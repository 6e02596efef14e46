import type { PostgresSourceDefinition } from "../../../definition/sources/postgres.js";
import { isRefillError, RefillError } from "../../../domain/errors.js";
import type { SourceColumn } from "../../source.js";
import { type Column, readColumns } from "./columns.js";
import { nearNames } from "./near-names.js";
import { addedColumns, plannedColumns } from "./planned-columns.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { quoteIdentifier } from "./quote.js";
import { tableOriginSql } from "./table-origin.js";
import {
  readTimestampColumn,
  type TimestampColumn,
} from "./timestamp-column.js";

/** What a source's definition means in its database, as of the session that looked it up. */
export interface Relation {
  /** A FROM item: a table's full name, or the query in parentheses. */
  readonly fromSql: string;
  /** Null for a query. */
  readonly tableOid: number | null;
  /** Names the table under any connection; null for a query, and where the server does not tell. */
  readonly origin: string | null;
  /** A table, a partitioned one, or a materialized view: asked twice in a snapshot, its rows are the same. */
  readonly storesRows: boolean;
  /** How messages call it. */
  readonly displayName: string;
  /** The columns to export, in order. */
  readonly columns: readonly Column[];
  /** Of a source whose columns a plan has found: those that came since. */
  readonly addedColumns: readonly string[];
  readonly timestamp: TimestampColumn;
  /** The definition's own condition, in parentheses; null where there is none. */
  readonly whereSql: string | null;
}

/**
 * Looks up the table or query, its columns and its timestamp column.
 * @throws RefillError SOURCE_NOT_FOUND, SOURCE_COLUMN_NOT_FOUND, SOURCE_COLUMNS_CHANGED, SOURCE_TIMESTAMP_INVALID, SOURCE_QUERY_INVALID
 */
export async function readRelation(
  session: {
    readonly connection: PostgresConnection;
    readonly definition: PostgresSourceDefinition;
    readonly exportTimeZone: string;
    /** Null: there is no plan that has found columns. */
    readonly planned: readonly SourceColumn[] | null;
  },
  signal: AbortSignal,
): Promise<Relation> {
  const { connection, definition } = session;
  const from = await readFrom(connection, definition, signal);
  const { planned } = session;
  const all = await readWanted(session, from, signal);
  const find = (name: string) => findColumn(name, all, from.displayName);
  return {
    ...from,
    columns:
      planned === null
        ? (definition.columns?.map(find) ?? all)
        : plannedColumns(planned, all, from.displayName),
    addedColumns:
      planned === null || definition.columns !== null
        ? []
        : addedColumns(planned, all),
    timestamp: readTimestampColumn(find(definition.timestamp_column), {
      timestampTimeZone: definition.timestamp_timezone,
      exportTimeZone: session.exportTimeZone,
    }),
    whereSql:
      definition.where === null ? null : inParentheses(definition.where),
  };
}

/** The columns that matter, or all. A table's user may have been granted no others than those that a definition names. */
async function readWanted(
  session: Parameters<typeof readRelation>[0],
  { fromSql, tableOid, displayName }: From,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const { connection, planned } = session;
  const { columns, timestamp_column } = session.definition;
  if (columns === null || tableOid === null) {
    return readColumns(connection, { fromSql, names: null }, signal);
  }
  const there = await readColumnNames(connection, tableOid, signal);
  const find = (name: string) => findColumn(name, there, displayName);
  const wanted =
    planned === null
      ? columns.map(find)
      : there.filter(({ name }) => planned.some((one) => one.name === name));
  const names = [find(timestamp_column), ...wanted].map(({ name }) => name);
  const from = { fromSql, names: [...new Set(names)] };
  return readColumns(connection, from, signal);
}

/** The line feed keeps a comment at the end of the text from swallowing the parenthesis. */
function inParentheses(text: string): string {
  return `(\n${text}\n)`;
}

/** The columns that are exported, as a SELECT names them. */
export function selectedSql({ columns }: Pick<Relation, "columns">): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(", ");
}

/** A query without the semicolons that people end it with. */
export function withoutSemicolon(query: string): string {
  return query.replace(/[\s;]+$/, "");
}

type From = Pick<
  Relation,
  "fromSql" | "tableOid" | "origin" | "storesRows" | "displayName"
>;

async function readFrom(
  connection: PostgresConnection,
  definition: PostgresSourceDefinition,
  signal: AbortSignal,
): Promise<From> {
  if (definition.query !== null) {
    return {
      fromSql: `${inParentheses(withoutSemicolon(definition.query))} as refill_source`,
      tableOid: null,
      origin: null,
      storesRows: false,
      displayName: "the query",
    };
  }
  return readTable(connection, definition.table ?? "", signal);
}

interface TableRow {
  readonly oid: number;
  readonly origin: string | null;
  readonly schema: string;
  readonly name: string;
  readonly readable: boolean;
  readonly stores_rows: boolean;
}

async function readTable(
  connection: PostgresConnection,
  table: string,
  signal: AbortSignal,
): Promise<From> {
  const found = await lookUpTable(connection, table, signal);
  if (found === null) throw tableNotFound(table, "none");
  if (!found.readable) throw tableNotFound(table, "something else");
  return {
    fromSql: `${quoteIdentifier(found.schema)}.${quoteIdentifier(found.name)}`,
    tableOid: found.oid,
    origin: found.origin,
    storesRows: found.stores_rows,
    displayName: `${found.schema}.${found.name}`,
  };
}

async function lookUpTable(
  connection: PostgresConnection,
  table: string,
  signal: AbortSignal,
): Promise<TableRow | null> {
  try {
    const { rows } = await connection.query<TableRow>(
      {
        text: `
          select c.oid, ${tableOriginSql("c.oid")} as origin, n.nspname as schema, c.relname as name, c.relkind in ('r', 'p', 'v', 'm', 'f') as readable,
            c.relkind in ('r', 'p', 'm') as stores_rows
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where c.oid = pg_catalog.to_regclass($1)`,
        values: [table],
      },
      signal,
    );
    return rows[0] ?? null;
  } catch (error) {
    if (isRefillError(error) && error.code === "SOURCE_QUERY_INVALID") {
      throw tableNotFound(table, "a text that is no name");
    }
    throw error;
  }
}

function tableNotFound(table: string, found: string): RefillError {
  return new RefillError(
    "SOURCE_NOT_FOUND",
    `Expected a table or a view called ${table} in the source database, found ${found}. ` +
      'Name it as SQL would, with its schema and, where it has capitals or spaces, in double quotes: public."My table".',
  );
}

/** All columns of a table, readable or not. */
async function readColumnNames(
  connection: PostgresConnection,
  tableOid: number,
  signal: AbortSignal,
): Promise<readonly { readonly name: string }[]> {
  const { rows } = await connection.query<{ name: string }>(
    {
      text: `
        select attname as name from pg_catalog.pg_attribute
        where attrelid = $1 and attnum > 0 and not attisdropped
        order by attnum`,
      values: [tableOid],
    },
    signal,
  );
  return rows;
}

/** The column written so exactly; else, as SQL does with a name that isn't quoted, the one written so in lower case. */
function findColumn<Named extends { readonly name: string }>(
  name: string,
  columns: readonly Named[],
  where: string,
): Named {
  const found =
    columns.find((column) => column.name === name) ??
    columns.find((column) => column.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  const near = nearNames(name, names);
  const advice =
    near.length > 0
      ? `Near it: ${near.join(", ")}. Correct the name in the definition.`
      : `Its columns: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}.`;
  throw new RefillError(
    "SOURCE_COLUMN_NOT_FOUND",
    `Expected a column called ${name} in ${where}, found none. ${advice}`,
  );
}
