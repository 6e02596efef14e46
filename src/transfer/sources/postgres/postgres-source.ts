import type { PostgresSourceDefinition } from "../../../definition/sources/postgres.js";
import type { Source, SourceColumn } from "../../source.js";
import type { ConnectionSlots } from "./connection-slots.js";
import { countRecords } from "./count.js";
import { readEarliest } from "./earliest.js";
import { forbidOwnSchema } from "./forbid-own-schema.js";
import { readHistogram } from "./histogram.js";
import { inspect } from "./inspect.js";
import { PostgresConnection } from "./postgres-connection.js";
import { readRelation, type Relation } from "./relation.js";
import { PostgresRowStream } from "./row-stream.js";

export interface PostgresSourceOptions {
  readonly connectionString: string;
  readonly definition: PostgresSourceDefinition;
  /** The zone in which a `date` begins where the definition names none. */
  readonly exportTimeZone: string;
  /** The connection is the one of Refill's own database: its schema is out of bounds. */
  readonly isDefaultConnection: boolean;
  /** The columns that the plan found, which alone are exported. Null: no plan has. */
  readonly planned: readonly SourceColumn[] | null;
  /** Shared by all sources of a process. Null: as many connections as it likes. */
  readonly slots: ConnectionSlots | null;
  /** Connections that the rows of one large interval may be read on at a time, from 1. */
  readonly maxStreams: number;
}

/** Makes a source of a Postgres table or query (14 or newer). Connects on first use, and again after a connection was lost. */
export function openPostgresSource(options: PostgresSourceOptions): Source {
  const { connectionString, slots, maxStreams } = options;
  const connection = new PostgresConnection(connectionString, slots);
  const openHelper = () => ({
    connection: new PostgresConnection(connectionString, slots?.spare ?? null),
    isWanted: () => slots?.isAwaited(connectionString) ?? false,
  });
  const look = relationLookup(connection, options);
  return {
    inspect: async (signal) => {
      const relation = await look(signal);
      const { definition } = options;
      return inspect({ connection, definition, relation }, signal);
    },
    addedColumns: async (signal) => (await look(signal)).addedColumns,
    earliest: async (range, signal) => {
      const relation = await look(signal);
      return readEarliest({ connection, relation }, range, signal);
    },
    histogram: async (request, signal) => {
      const relation = await look(signal);
      return readHistogram({ connection, relation }, request, signal);
    },
    count: async (interval, signal) => {
      const relation = await look(signal);
      return countRecords({ connection, relation }, interval, signal);
    },
    rows: (request, signal) =>
      new PostgresRowStream(
        { connection, openHelper, maxStreams, look },
        request,
        signal,
      ),
    close: () => connection.close(),
  };
}

/** Looks the relation up once, and refuses it once: what it is stays the same for the piece of work. */
function relationLookup(
  connection: PostgresConnection,
  options: PostgresSourceOptions,
): (signal: AbortSignal) => Promise<Relation> {
  const { definition, exportTimeZone, planned, isDefaultConnection } = options;
  let known: Relation | null = null;
  return async (signal) => {
    if (known !== null) return known;
    const session = { connection, definition, exportTimeZone, planned };
    const relation = await readRelation(session, signal);
    await forbidOwnSchema(
      { connection, isDefaultConnection },
      relation,
      signal,
    );
    known = relation;
    return relation;
  };
}
