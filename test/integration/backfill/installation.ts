import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import type { Pool } from "pg";
import type { Config } from "../../../src/config/config.js";
import { loadConfig } from "../../../src/config/load-config.js";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { isOpen } from "../../../src/domain/backfills/status.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import {
  startBackfill,
  type StartRequest,
} from "../../../src/operations/backfills/start-backfill.js";
import type { OperationContext } from "../../../src/operations/context.js";
import { createExport } from "../../../src/operations/exports/create-export.js";
import { createPool } from "../../../src/store/database/pool.js";
import { connectTemporal } from "../../../src/temporal/connect.js";
import { runWorker } from "../../../src/worker/run-worker.js";
import {
  createLedgerDatabase,
  sharedWorkflowBundle,
  testServers,
} from "../servers/servers.js";

export interface InstallationOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly servers?: {
    readonly databaseUrl: string;
    readonly temporalAddress: string;
  };
}

/** For tests of workers that are killed, and of long runs: the waits of workflows as short as a busy machine allows. */
export const quickSettings = {
  REFILL_HEARTBEAT_TIMEOUT: "4s",
  REFILL_CONTINUE_AS_NEW_PATIENCE: "2s",
  REFILL_CANARY_LIMIT: "1s",
} as const;

/** A Refill of a test's own: its database, its task queues and its files, on servers that tests share. */
export interface Installation {
  readonly context: OperationContext;
  readonly config: Config;
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly filesRoot: string;
  readonly env: Readonly<Record<string, string>>;
  /** Temporal's own client, for what only an outsider does. */
  readonly temporal: Client;
  startWorker(): RunningWorker;
  remove(): Promise<void>;
}

export interface RunningWorker {
  /** Resolves once it takes work. Backfills wait for that by themselves, a request for 10 s. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

export async function createInstallation(
  options: InstallationOptions = {},
): Promise<Installation> {
  const shared = options.servers ?? (await testServers());
  const database = await createLedgerDatabase(shared.databaseUrl);
  const filesRoot = await mkdtemp(join(tmpdir(), "refill-files-"));
  const env = {
    DATABASE_URL: database.databaseUrl,
    TEMPORAL_ADDRESS: shared.temporalAddress,
    REFILL_TASK_QUEUE: `test-${randomBytes(6).toString("hex")}`,
    REFILL_FILES_ROOT: filesRoot,
    REFILL_ALLOW_DEFAULT_CONNECTION: "true",
    REFILL_RUN_INITIAL_BACKOFF: "1s",
    REFILL_RUN_MAX_ATTEMPTS: "2",
    ...options.env,
  };
  const config = loadConfig({ env, cwd: tmpdir() });
  const pool = createPool({
    connectionString: database.databaseUrl,
    max: 8,
    applicationName: "test",
  });
  const gateway = await connectTemporal({
    address: shared.temporalAddress,
    explicit: false,
    taskQueue: config.taskQueue,
    settings: config.workflows,
  });
  const connection = await Connection.connect({
    address: shared.temporalAddress,
  });
  const context: OperationContext = {
    config,
    pool,
    temporal: () => Promise.resolve(gateway),
    temporalUiUrl: null,
    nowMs: Date.now,
    requestedBy: "tester@test",
  };
  const temporal = new Client({ connection });
  const workers = new Set<RunningWorker>();
  return {
    context,
    config,
    pool,
    env,
    filesRoot,
    databaseUrl: database.databaseUrl,
    temporal,
    startWorker: () => {
      const worker = startWorker(config, {
        databaseUrl: database.databaseUrl,
        temporalAddress: shared.temporalAddress,
      });
      workers.add(worker);
      return worker;
    },
    remove: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
      // Nobody will take what it goes on to start.
      const reconciling = `${config.taskQueue}-reconcile`;
      await temporal.schedule
        .getHandle(reconciling)
        .delete()
        .catch(() => undefined);
      await connection.close();
      await gateway.close();
      await pool.end();
      await database.drop();
      await rm(filesRoot, { recursive: true, force: true });
    },
  };
}

function startWorker(
  config: Config,
  servers: { readonly databaseUrl: string; readonly temporalAddress: string },
): RunningWorker {
  const stopping = new AbortController();
  let onReady: () => void = () => undefined;
  const takesWork = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const running = runWorker({
    config,
    ...servers,
    signal: stopping.signal,
    say: () => undefined,
    onReady: () => {
      onReady();
    },
    workflowBundlePath: sharedWorkflowBundle(),
  });
  const ready = Promise.race([takesWork, running]);
  ready.catch(() => undefined);
  return {
    ready,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** A table of events, one every `everyMinutes` from the start on, with an index on its timestamp. */
export async function createEvents(
  pool: Pool,
  options: {
    readonly table?: string;
    readonly start: string;
    readonly end: string;
    readonly every: string;
  },
): Promise<void> {
  const table = options.table ?? "public.events";
  await pool.query(
    `create table ${table} as
     select n as id, at, 'event ' || n as name
     from generate_series($1::timestamptz, $2::timestamptz - interval '1 microsecond', $3::interval)
       with ordinality as series (at, n)`,
    [options.start, options.end, options.every],
  );
  await pool.query(`create index on ${table} (at)`);
}

/** An export of `public.events` by day in UTC, changed as a test needs it. */
export function createEventsExport(
  context: OperationContext,
  changes: Readonly<Record<string, unknown>> = {},
) {
  return createExport(context, {
    definition: validateDefinition({
      name: "events",
      team: 1,
      interval: "day",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.events",
        timestamp_column: "at",
      },
      destination: {
        type: "files",
        path: typeof changes["name"] === "string" ? changes["name"] : "events",
        key: "{data_interval_start}-{data_interval_end}",
      },
      format: { type: "jsonl", compression: "none" },
      ...changes,
    }),
  });
}

/** Starts a backfill of `events` with the defaults of the command line. */
export function start(
  context: OperationContext,
  request: Partial<StartRequest> = {},
): Promise<BackfillObject> {
  return startBackfill(context, {
    export: "events",
    team: null,
    start: null,
    end: null,
    order: "oldest",
    only: "all",
    overlap: "refuse",
    concurrency: 4,
    stopAfter: null,
    plan: null,
    timeLimitMs: null,
    note: null,
    ...request,
  });
}

/** Reads a backfill until it is closed. */
export async function untilClosed(
  context: OperationContext,
  id: string,
): Promise<BackfillObject> {
  return until(async () => {
    const { backfill } = await getBackfill(context, { id });
    return isOpen(backfill.status) ? null : backfill;
  });
}

/** Far above what anything takes that happens at all, beside whatever else the machine does. */
const patienceMs = 240_000;

/** Looks again and again until there is something to see: never a sleep in place of a condition. */
export async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (Date.now() > deadlineMs) {
      throw new Error(
        `Not seen within ${patienceMs / 1_000} s: ${look.toString()}`,
      );
    }
    await delay(100);
  }
}
