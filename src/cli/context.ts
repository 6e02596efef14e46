import { hostname, userInfo } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Config, ExplicitServers } from "../config/config.js";
import { readDevFile } from "../embedded/dev-file.js";
import { findServers } from "../embedded/find-servers.js";
import type { OperationContext } from "../operations/context.js";
import { assertMigrated } from "../store/database/migrate.js";
import { createPool } from "../store/database/pool.js";
import type { Tracing } from "../telemetry/tracing.js";
import type { TemporalGateway } from "../temporal/gateway.js";
import { tracingInHand } from "./command-trace.js";

/** An operator needs few connections: one reads, one may hold a transaction. */
const OPERATOR_CONNECTIONS = 4;

/** What a server needs, which answers many at once. */
export const API_CONNECTIONS = 16;

export interface OpenContext {
  readonly context: OperationContext;
  /** Takes a second at most, even when a statement hangs. */
  readonly close: () => Promise<void>;
}

/** What it takes to connect. */
export interface ContextSource {
  readonly config: Config;
  /** To the ledger, at most. Absent: few. */
  readonly connections?: number;
  /** Absent: what traces the command in hand. */
  readonly tracing?: Tracing;
}

/** Where the servers are. */
export interface ServerAddresses extends ExplicitServers {
  /** Null where that is not known. */
  readonly temporalUiUrl: string | null;
}

const closeLimitMs = 1_000;

/** Opens a context for the time of `use`, and closes it whatever happens. */
export async function withContext<T>(
  source: ContextSource,
  use: (context: OperationContext) => Promise<T>,
): Promise<T> {
  const open = await openContext(source);
  try {
    return await use(open.context);
  } finally {
    await open.close();
  }
}

/**
 * Connects the use cases to the servers that are set explicitly, else to the running `refill dev` of the data dir.
 * @throws RefillError SERVERS_NOT_FOUND, DATABASE_UNAVAILABLE, DATABASE_NOT_MIGRATED
 */
export async function openContext(source: ContextSource): Promise<OpenContext> {
  const { config } = source;
  const servers = await findServers({ config });
  const temporalUiUrl = await findTemporalUi(config);
  return openContextFor({ ...servers, temporalUiUrl }, source);
}

/**
 * Connects the use cases to these very servers.
 * @throws RefillError DATABASE_UNAVAILABLE, DATABASE_NOT_MIGRATED
 */
export async function openContextFor(
  servers: ServerAddresses,
  {
    config,
    connections = OPERATOR_CONNECTIONS,
    tracing = tracingInHand(),
  }: ContextSource,
): Promise<OpenContext> {
  const pool = createPool({
    connectionString: servers.databaseUrl,
    max: connections,
    applicationName: "refill",
  });
  const temporal = shared(() =>
    connect(servers.temporalAddress, config, tracing),
  );
  const close = async () => {
    const closing = Promise.allSettled([pool.end(), temporal.close()]);
    await Promise.race([closing, delay(closeLimitMs, null, { ref: false })]);
  };
  try {
    await assertMigrated(pool);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    context: {
      config,
      pool,
      temporal: temporal.get,
      temporalUiUrl: servers.temporalUiUrl,
      nowMs: Date.now,
      requestedBy: requester(),
    },
    close,
  };
}

/** A `refill dev` tells where its Web UI is; servers set explicitly do not. */
async function findTemporalUi(config: Config): Promise<string | null> {
  if (config.servers !== null) return null;
  const dev = await readDevFile(config.dataDir);
  return dev?.temporal_ui_url ?? null;
}

async function connect(
  address: string,
  config: Config,
  tracing: Tracing,
): Promise<TemporalGateway> {
  // Loaded late: Temporal's client takes longer to load than most commands need it for.
  const { connectTemporal } = await import("../temporal/connect.js");
  return connectTemporal({
    address,
    explicit: config.servers !== null,
    taskQueue: config.taskQueue,
    settings: config.workflows,
    tracing,
  });
}

/** One connection for all who ask. A failed attempt is forgotten, so that the next one tries again. */
function shared(open: () => Promise<TemporalGateway>): {
  readonly get: () => Promise<TemporalGateway>;
  readonly close: () => Promise<void>;
} {
  let opened: Promise<TemporalGateway> | null = null;
  return {
    get: () => {
      opened ??= open().catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    close: async () => {
      const gateway = await opened?.catch(() => null);
      await gateway?.close();
    },
  };
}

/** `user@host`. A user id without a name, as containers have them, is shown as a number. */
function requester(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
