import type { PostgresDestinationDefinition } from "../../../definition/destinations/postgres.js";
import { RefillError } from "../../../domain/errors.js";
import type { TableName } from "../../../domain/table-name.js";
import type { StoredObject } from "../../destination.js";
import { PostgresConnection } from "../../sources/postgres/postgres-connection.js";
import type { DestinationAccess } from "../destination-access.js";
import { asCopied } from "./as-copied.js";
import { intervalSql } from "./interval-rows.js";
import { hasOwnTables, publishedTable } from "./own-tables.js";
import type { Sessions } from "./sessions.js";
import { readTargetTable, tableSql } from "./target-table.js";

interface Place {
  readonly sessions: Sessions;
  readonly table: TableName;
  readonly rows: DestinationAccess["rows"];
}

interface PublishedRow {
  readonly key: string;
  readonly bytes: string;
  readonly start_ms: string;
  readonly end_ms: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
}

/** What was published for an interval; null where nothing was, or no row. Its size is that of the rows as they were copied. */
export async function statPublished(
  place: Place,
  key: string,
): Promise<StoredObject | null> {
  const [row] = await readPublishedRows(place, "key = $2", key);
  return row === undefined ? null : { key, bytes: Number(row.bytes) };
}

/** The intervals that hold rows and whose keys begin so. */
export async function* listPublished(
  place: Place,
  prefix: string,
): AsyncGenerator<StoredObject> {
  const rows = await readPublishedRows(place, "starts_with(key, $2)", prefix);
  for (const { key, bytes } of rows) yield { key, bytes: Number(bytes) };
}

/**
 * The rows that the table now has of an interval, in the form that they were copied in and in any order.
 * @throws RefillError DESTINATION_UNAVAILABLE where nothing was published
 */
export async function* readPublished(
  place: Place & {
    readonly definition: PostgresDestinationDefinition;
    readonly access: DestinationAccess;
  },
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const statement = await readStatement(place, key);
  const { definition, access } = place;
  const connection = new PostgresConnection(
    await access.connection(definition.connection),
  );
  try {
    const copy = connection.copy({ statement, label: `reads ${key}` }, signal);
    for await (const { bytes } of copy) yield bytes;
  } finally {
    await connection.close();
  }
}

async function readStatement(place: Place, key: string): Promise<string> {
  const [row] = await readPublishedRows(place, "key = $2", key);
  const target = await place.sessions.use((session) =>
    readTargetTable(session, place.table),
  );
  if (row === undefined || target === null) {
    throw new RefillError(
      "DESTINATION_UNAVAILABLE",
      `Expected rows of ${key} in ${tableSql(place.table)}, found none.`,
    );
  }
  const interval = {
    startMs: Number(row.start_ms),
    endMs: Number(row.end_ms),
  };
  const condition = intervalSql(place.rows, target.columns, interval);
  const columns = row.columns.map((name, index) =>
    asCopied({
      name,
      copiedAs: row.types[index] ?? "",
      keptAs: target.columns.find((one) => one.name === name)?.type ?? "",
    }),
  );
  return `copy (select ${columns.join(", ")} from ${tableSql(place.table)} where ${condition}) to stdout (format text, encoding 'UTF8')`;
}

function readPublishedRows(
  { sessions, rows: { batchExportId } }: Place,
  condition: string,
  value: string,
): Promise<readonly PublishedRow[]> {
  return sessions.use(async (session) => {
    if (!(await hasOwnTables(session))) return [];
    const { rows } = await session.query<PublishedRow>(
      `select key, bytes, columns, types,
         (extract(epoch from data_interval_start) * 1000)::bigint as start_ms,
         (extract(epoch from data_interval_end) * 1000)::bigint as end_ms
       from ${publishedTable} where batch_export_id = $1 and records > 0 and ${condition}`,
      [batchExportId, value],
    );
    return rows;
  });
}
