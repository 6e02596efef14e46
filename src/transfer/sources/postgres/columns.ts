import { RefillError } from "../../../domain/errors.js";
import type { ExportColumn } from "../../column.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { valueTypeOf } from "./value-type.js";

/** A column of the source. Types are those that domains are made of. */
export interface Column extends ExportColumn {
  readonly baseType: number;
  /** Whether row_to_json may write a line feed for it: `json` keeps its text's own white space. */
  readonly mayHoldLineFeeds: boolean;
}

/** Types of the catalog, by their fixed identifiers. */
export const baseTypes = {
  bytea: 17,
  json: 114,
  jsonArray: 199,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
} as const;

/** Types from here on were made by users or extensions. */
const firstUserType = 16384;

/**
 * The columns of a FROM item, in order.
 * @throws RefillError SOURCE_QUERY_INVALID when two have one name
 */
export async function readColumns(
  connection: PostgresConnection,
  fromSql: string,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const { fields } = await connection.query(
    { text: `select * from ${fromSql} limit 0` },
    signal,
  );
  refuseDuplicates(fields.map((field) => field.name));
  const types = await readTypes(
    connection,
    fields.map((field) => field.dataTypeID),
    signal,
  );
  return fields.map((field) => {
    const type = types.get(field.dataTypeID);
    const baseType = type?.base ?? field.dataTypeID;
    return {
      name: field.name,
      typeName: type?.name ?? `type ${field.dataTypeID}`,
      type: valueTypeOf(baseType, field.dataTypeModifier),
      baseType,
      mayHoldLineFeeds: type === undefined || mayHoldLineFeeds(type),
    };
  });
}

interface TypeRow {
  readonly type: number;
  readonly base: number;
  readonly name: string;
  readonly kind: string;
}

async function readTypes(
  connection: PostgresConnection,
  types: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, TypeRow>> {
  const { rows } = await connection.query<TypeRow>(
    {
      text: `
        with recursive layer as (
          select oid as type, oid, typtype, typbasetype from pg_catalog.pg_type where oid = any($1::oid[])
          union all
          select layer.type, below.oid, below.typtype, below.typbasetype
          from layer join pg_catalog.pg_type below on below.oid = layer.typbasetype
          where layer.typtype = 'd'
        )
        select type, oid as base, pg_catalog.format_type(type, null) as name, typtype::text as kind
        from layer where typtype <> 'd'`,
      values: [types],
    },
    signal,
  );
  return new Map(rows.map((row) => [row.type, row]));
}

/** Everything built in but json and arrays of it is known to be safe: strings are escaped, numbers and dates are one line. */
function mayHoldLineFeeds({ base, kind }: TypeRow): boolean {
  if (kind === "e") return false;
  if (base === baseTypes.json || base === baseTypes.jsonArray) return true;
  return kind === "c" || kind === "p" || base >= firstUserType;
}

function refuseDuplicates(names: readonly string[]): void {
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate === undefined) return;
  throw new RefillError(
    "SOURCE_QUERY_INVALID",
    `Expected a name of its own for each column of the query, got two called ${duplicate}. Rename one with AS.`,
  );
}
