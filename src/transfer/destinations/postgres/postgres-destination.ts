import type { PostgresDestinationDefinition } from "../../../definition/destinations/postgres.js";
import { RefillError } from "../../../domain/errors.js";
import { parseTableName, type TableName } from "../../../domain/table-name.js";
import type {
  Destination,
  StagedDescriptor,
  StagedWriter,
  StageRequest,
} from "../../destination.js";
import type { DestinationAccess } from "../destination-access.js";
import { countTargetRows } from "./count-target-rows.js";
import { intervalSql } from "./interval-rows.js";
import { dropStaging, ensureOwnTables, stagingTable } from "./own-tables.js";
import { prepareTable } from "./prepare-table.js";
import { probeTable } from "./probe-table.js";
import { listPublished, readPublished, statPublished } from "./published.js";
import { RowWriter } from "./row-writer.js";
import { Sessions } from "./sessions.js";
import { stagedColumnsOf } from "./staging.js";
import type { TargetSession } from "./target-session.js";
import { tableSql, type TargetTable } from "./target-table.js";

const type = "postgres";

/**
 * A table of another Postgres (14 or newer). Rows are staged in a table of the schema `refill_export`; publishing
 * replaces the interval's rows in one transaction, fenced by the claim's token.
 */
export function postgresDestination(options: {
  readonly definition: PostgresDestinationDefinition;
  readonly access: DestinationAccess;
}): Destination {
  const { definition, access } = options;
  const table = nameOf(definition);
  const sessions = new Sessions(() => access.connection(definition.connection));
  const identity = `${type}:${definition.connection}/${tableSql(table)}`;
  const place = { sessions, table, rows: access.rows };
  const prepare = preparation({ ...place, create: definition.create });
  return {
    identity,
    replacesIntervals: true,
    describeStaged: (key, token) => ({
      type,
      identity,
      connection: definition.connection,
      key,
      token,
    }),
    stage: async (request) => stage(place, await prepare(request), request),
    destroyStaged: (descriptor) => destroy(options, sessions, descriptor),
    // Publishing an interval, with or without rows, has replaced what stood there: nothing is left under another key.
    removePublished: () => Promise.resolve(),
    stat: (key) => statPublished(place, key),
    read: (key, signal) => readPublished({ ...place, ...options }, key, signal),
    list: (prefix) => listPublished(place, prefix),
    countRows: (intervals, signal) => countTargetRows(place, intervals, signal),
    probe: (facts) =>
      sessions.use((session) =>
        probeTable(session, {
          table,
          rows: access.rows,
          create: definition.create,
          ...facts,
        }),
      ),
    close: () => sessions.close(),
  };
}

interface Place {
  readonly sessions: Sessions;
  readonly table: TableName;
  readonly rows: DestinationAccess["rows"];
}

/** The table's name, which was checked when the definition was read. */
function nameOf({ table }: PostgresDestinationDefinition): TableName {
  const name = parseTableName(table);
  if (name !== null) return name;
  throw new RefillError(
    "DEFINITION_INVALID",
    `Expected a table with its schema, got ${JSON.stringify(table)}.`,
  );
}

/** Sees to it once that the table takes these columns; again only when the columns have changed. */
function preparation(
  place: Place & { readonly create: boolean },
): (request: StageRequest) => Promise<TargetTable> {
  let known: { readonly columns: string; readonly table: TargetTable } | null =
    null;
  return async (request) => {
    const columns = JSON.stringify([request.columns, request.origin]);
    if (known?.columns !== columns) {
      const { sessions } = place;
      const table = await sessions.use((session) =>
        prepare(session, place, request),
      );
      known = { columns, table };
    }
    return known.table;
  };
}

async function prepare(
  session: TargetSession,
  { table, rows, create }: Place & { readonly create: boolean },
  { columns, origin }: Pick<StageRequest, "columns" | "origin">,
): Promise<TargetTable> {
  await ensureOwnTables(session);
  return session.transaction(() =>
    prepareTable(session, { table, rows, create, columns, origin }),
  );
}

function stage(
  { sessions, table, rows }: Place,
  target: TargetTable,
  { descriptor, columns, interval, label, signal }: StageRequest,
): StagedWriter {
  const { key, token } = descriptor;
  const { batchExportId } = rows;
  return new RowWriter(sessions, {
    batchExportId,
    key,
    token,
    interval,
    label,
    signal,
    table: tableSql(table),
    staging: stagingTable({ batchExportId, key, token }),
    condition: intervalSql(rows, target.columns, interval),
    columns: stagedColumnsOf(columns, target),
    types: columns.map(({ typeName }) => typeName),
  });
}

/** Under the connection that it was staged by, which an update of the export may have changed since. */
async function destroy(
  { definition, access }: Parameters<typeof postgresDestination>[0],
  own: Sessions,
  descriptor: StagedDescriptor,
): Promise<void> {
  const connection = descriptor["connection"];
  if (descriptor.type !== type || typeof connection !== "string") return;
  const { batchExportId } = access.rows;
  const staging = stagingTable({ batchExportId, ...descriptor });
  const isOwn = connection === definition.connection;
  const sessions = isOwn
    ? own
    : new Sessions(() => access.connection(connection));
  await sessions.use((session) => dropStaging(session, staging));
  if (!isOwn) await sessions.close();
}
