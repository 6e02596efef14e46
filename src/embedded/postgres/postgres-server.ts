import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { RefillError } from "../../domain/errors.js";
import type { KeptServer } from "../keeper-protocol.js";
import { lastLogLines } from "../process/log-file.js";
import type { SupervisedServer } from "../process/supervised-server.js";
import { type Cluster, clusterDatabase, clusterSuperuser } from "./cluster.js";
import type { ServerUser } from "./server-user.js";
import { postgresSettings } from "./settings.js";

/** How the keeper runs and stops Postgres: a fast shutdown, then an immediate one (which recovers on the next start). */
export function keptPostgres({
  binaries,
  cluster,
  port,
  user,
  logFile,
}: {
  readonly binaries: string;
  readonly cluster: Cluster;
  readonly port: number;
  readonly user: ServerUser | null;
  readonly logFile: string;
}): KeptServer {
  const settings = Object.entries(postgresSettings({ port }));
  return {
    command: join(binaries, "bin", "postgres"),
    args: [
      "-D",
      cluster.folder,
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // PGPORT and the like of the caller must not reach the server.
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    user,
    logFile,
    stopSteps: [
      { signal: "SIGINT", waitMs: 60_000 },
      { signal: "SIGQUIT", waitMs: 10_000 },
      { signal: "SIGKILL", waitMs: 5_000 },
    ],
  };
}

/** The connection string of the superuser, to one database of the cluster. */
export function postgresUrl({
  port,
  password,
  database = clusterDatabase,
}: {
  readonly port: number;
  readonly password: string;
  readonly database?: string;
}): string {
  return `postgresql://${clusterSuperuser}:${password}@127.0.0.1:${port}/${database}`;
}

/** A server that recovers from a crash answers "starting up" for as long as it takes; more than this is a fault. */
const answerTimeoutMs = 300_000;

/**
 * Returns when Postgres answers and its database exists.
 * @throws RefillError SERVERS_NOT_STARTED when the server ended, or doesn't answer within 5 minutes
 */
export async function postgresAnswers({
  server,
  port,
  password,
  logFile,
  signal,
}: {
  readonly server: SupervisedServer;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const url = postgresUrl({ port, password, database: "postgres" });
  const deadlineMs = Date.now() + answerTimeoutMs;
  let lastError: unknown = null;
  while (Date.now() < deadlineMs && server.lastEnd === null) {
    signal?.throwIfAborted();
    try {
      await createDatabaseOnce(url);
      return;
    } catch (error) {
      lastError = error;
      await sleep(50);
    }
  }
  throw new RefillError(
    "SERVERS_NOT_STARTED",
    `Postgres: expected an answer on 127.0.0.1:${port}, got none (${server.lastEnd ?? `waited ${answerTimeoutMs / 1_000} s`}). ` +
      `See ${logFile}: ${await lastLogLines(logFile)}`,
    { cause: lastError },
  );
}

async function createDatabaseOnce(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks later says so by an event; the failed query is what counts here.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const found = await client.query(
      "SELECT 1 FROM pg_database WHERE datname = $1",
      [clusterDatabase],
    );
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE ${clusterDatabase}`);
    }
    // The superuser has the name of Refill's own schema: by default, the tables it makes would land in there.
    await client.query(
      `ALTER ROLE ${clusterSuperuser} SET search_path = public`,
    );
  } finally {
    await client.end();
  }
}
