import type { ClientBase, Pool, PoolConfig } from "pg";
import pg from "pg";
import { describeUnavailable } from "./classify-error.js";
import { valueParsers } from "./value-parsers.js";

export interface PoolOptions {
  readonly connectionString: string;
  /** Connections at most; 10 where absent. */
  readonly max?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** A statement that takes longer, or waits longer for a connection, is given up. Absent: only the wait has a limit, 60 s. */
  readonly limitMs?: number;
}

/** A Postgres that is up answers long before this; one that is away should be known as such soon. */
const connectTimeoutMs = 5_000;
/** How long a statement may wait for one of the pool's connections before that counts as the database being away. */
const checkoutTimeoutMs = 60_000;
const keepAliveAfterMs = 10_000;
const idleTimeoutMs = 30_000;

/**
 * The ledger's connections. `bigint` columns are read as bigint; timestamps and dates as the text that Postgres sends,
 * in UTC and to the microsecond (see instant-text.ts). Lost connections end nothing but the statement they carried.
 * Calls reject with RefillError DATABASE_UNAVAILABLE when the server can't be reached.
 */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool(poolConfig(options));
  // A connection that breaks while idle, or between two statements, is reported by an event. Unheard, it ends the process.
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return withMappedErrors(pool);
}

function poolConfig(options: PoolOptions): PoolConfig {
  const { limitMs } = options;
  return {
    connectionString: options.connectionString,
    max: options.max ?? 10,
    application_name: options.applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    idleTimeoutMillis: idleTimeoutMs,
    connectionTimeoutMillis: limitMs ?? checkoutTimeoutMs,
    ...(limitMs === undefined ? {} : { query_timeout: limitMs }),
    Client: LedgerClient as unknown as new () => ClientBase,
    onConnect: setSession,
    types: valueParsers,
  };
}

/** The pool's own limit also covers the wait for a free connection, so connecting gets a shorter one of its own. */
class LedgerClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
  }
}

/** Set by statement, not by start-up options: a pooler between us and the server refuses those. */
const setSession: (client: ClientBase) => unknown = (client) =>
  client.query("set timezone = 'UTC'; set datestyle = 'ISO'");

function withMappedErrors(pool: Pool): Pool {
  pool.query = mapped(pool.query.bind(pool)) as Pool["query"];
  pool.connect = mapped(pool.connect.bind(pool)) as Pool["connect"];
  return pool;
}

function mapped(call: unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    const result = (call as (...args: unknown[]) => unknown)(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw describeUnavailable(error);
    });
  };
}

function ignore(): void {
  // The pool drops the connection by itself; whoever used it learns of it from their statement.
}
