import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { RefillError } from "../../domain/errors.js";
import type { KeptServer } from "../keeper-protocol.js";
import { lastLogLines } from "../process/log-file.js";
import type { SupervisedServer } from "../process/supervised-server.js";

const namespace = "default";

/** The dev server limits itself to a few thousand requests a second and spreads queues as a cluster would: not here. */
const dynamicDefaults: Readonly<Record<string, string>> = {
  "frontend.rps": "20000",
  "frontend.namespaceRPS": "20000",
  "frontend.namespaceRPS.visibility": "1000",
  "history.rps": "30000",
  "matching.rps": "20000",
  "matching.numTaskqueueReadPartitions": "1",
  "matching.numTaskqueueWritePartitions": "1",
  // Fairness keys are heeded with this alone, and priorities on server 1.29. A queue's backlog is kept in other tables with it:
  // in a data dir that was started with it, going without would lose sight of tasks.
  "matching.enableFairness": "true",
};

/** How the keeper runs and stops Temporal's dev server with its Web UI. Values of `dynamicConfig` are JSON. */
export function keptTemporal({
  command,
  databaseFile,
  ports,
  dynamicConfig,
  logFile,
}: {
  readonly command: string;
  readonly databaseFile: string;
  readonly ports: TemporalPorts;
  readonly dynamicConfig: Readonly<Record<string, string>>;
  readonly logFile: string;
}): KeptServer {
  const dynamic = Object.entries({ ...dynamicDefaults, ...dynamicConfig });
  return {
    command,
    args: [
      "server",
      "start-dev",
      "--ip",
      "127.0.0.1",
      "--port",
      String(ports.rpc),
      "--ui-port",
      String(ports.ui),
      "--db-filename",
      databaseFile,
      "--namespace",
      namespace,
      "--sqlite-pragma",
      "journal_mode=wal",
      "--sqlite-pragma",
      "synchronous=NORMAL",
      "--log-level",
      "error",
      // The caller's own Temporal profile is about other servers.
      "--disable-config-file",
      "--disable-config-env",
      ...dynamic.flatMap(([key, value]) => [
        "--dynamic-config-value",
        `${key}=${value}`,
      ]),
    ],
    env: null,
    user: null,
    logFile,
    stopSteps: [
      { signal: "SIGTERM", waitMs: 20_000 },
      { signal: "SIGKILL", waitMs: 5_000 },
    ],
  };
}

export interface TemporalPorts {
  readonly rpc: number;
  readonly ui: number;
}

const answerTimeoutMs = 120_000;

/**
 * Returns when Temporal knows its namespace and the Web UI answers.
 * @throws RefillError SERVERS_NOT_STARTED when the server ended, or doesn't answer within 2 minutes
 */
export async function temporalAnswers({
  server,
  ports,
  logFile,
  signal,
}: {
  readonly server: SupervisedServer;
  readonly ports: TemporalPorts;
  readonly logFile: string;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const deadlineMs = Date.now() + answerTimeoutMs;
  let lastError: unknown = null;
  while (Date.now() < deadlineMs && server.lastEnd === null) {
    signal?.throwIfAborted();
    try {
      await describeNamespace(`127.0.0.1:${ports.rpc}`, 5_000);
      await fetch(`http://127.0.0.1:${ports.ui}/`, {
        signal: AbortSignal.timeout(5_000),
      });
      return;
    } catch (error) {
      lastError = error;
      await sleep(100);
    }
  }
  throw new RefillError(
    "SERVERS_NOT_STARTED",
    `Temporal: expected an answer on 127.0.0.1:${ports.rpc}, got none (${server.lastEnd ?? `waited ${answerTimeoutMs / 1_000} s`}). ` +
      `See ${logFile}: ${await lastLogLines(logFile)}`,
    { cause: lastError },
  );
}

/** Asks for what Temporal reads in its database. @throws whatever the client reports, in a little more than the time given */
export async function describeNamespace(
  address: string,
  withinMs: number,
): Promise<void> {
  const connection = await Connection.connect({
    address,
    connectTimeout: 2_000,
  });
  try {
    await connection.withDeadline(Date.now() + withinMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
