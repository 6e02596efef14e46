import { hostname } from "node:os";
import { Client } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import {
  createExportActivities,
  createLedgerActivities,
  createLiveActivities,
} from "../activities/create-activities.js";
import type { ActivityDependencies } from "../activities/dependencies.js";
import type { Config } from "../config/config.js";
import { readEnvironment } from "../config/environment.js";
import { programVersion } from "../config/version.js";
import { taskQueuesOf } from "../contract/task-queues.js";
import { HEARTBEAT_INTERVAL_MS } from "../contract/workflow-settings.js";
import { RefillError } from "../domain/errors.js";
import { assertMigrated } from "../store/database/migrate.js";
import { createPool } from "../store/database/pool.js";
import { Readiness } from "../store/database/readiness.js";
import { openTracing, SERVICE_FLUSH_MS } from "../telemetry/open-tracing.js";
import type { Tracing } from "../telemetry/tracing.js";
import { describeCause } from "../temporal/classify-error.js";
import { connectionSettings, connectTemporal } from "../temporal/connect.js";
import { putReconcileSchedule } from "../temporal/reconcile-schedule.js";
import { registerSearchAttributes } from "../temporal/search-attributes.js";
import { ConnectionSlots } from "../transfer/sources/postgres/connection-slots.js";
import { installRuntime } from "./install-runtime.js";
import { RunMetrics } from "./run-metrics.js";
import { tracedActivities, traceSinks } from "./trace-activities.js";
import type { WorkerLog } from "./worker-log.js";
import {
  type ProbeOptions,
  serveProbes,
  type WorkerProbes,
} from "./worker-probes.js";
import { loadWorkflowBundle } from "./workflow-bundle.js";

export interface RunWorkerOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Aborting it begins a graceful shutdown: running exports end or are handed over. */
  readonly signal: AbortSignal;
  readonly say: WorkerLog;
  /** Called once the worker takes work. */
  readonly onReady?: () => void;
  /** The file with the workflows' code; absent: as `loadWorkflowBundle` finds it. */
  readonly workflowBundlePath?: string;
}

/** Ledger activities at a time: they wait for the database far more than they work. */
const MAX_LEDGER_ACTIVITIES = 50;

/** Beside the exports' own, for planning, the window and reconciling. */
const SPARE_LEDGER_CONNECTIONS = 8;

/** After the grace, an activity that does not end is left to its heartbeat time-out. */
const FORCED_END_AFTER_MS = 10_000;

/**
 * Runs a worker until the signal is aborted, then shuts down gracefully and resolves.
 * @throws RefillError DATABASE_UNAVAILABLE, DATABASE_NOT_MIGRATED, TEMPORAL_UNAVAILABLE
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  installRuntime(options.say);
  const tracing = await openTracing({
    settings: options.config.tracing,
    service: "refill-worker",
    say: options.say,
  });
  try {
    await runTraced(options, tracing);
  } finally {
    await tracing.close(SERVICE_FLUSH_MS);
  }
}

async function runTraced(
  options: RunWorkerOptions,
  tracing: Tracing,
): Promise<void> {
  const { config } = options;
  const metrics = new RunMetrics();
  let workers: readonly Worker[] = [];
  const pool = createPool({
    connectionString: options.databaseUrl,
    max:
      config.worker.maxConcurrentExports +
      config.worker.maxConcurrentLiveExports +
      SPARE_LEDGER_CONNECTIONS,
    applicationName: "refill worker",
  });
  const readiness = new Readiness(() => pool);
  const target = {
    address: options.temporalAddress,
    explicit: config.servers !== null,
  };
  const probes = await openProbes(options, {
    metrics,
    isReady: async () =>
      workers.length > 0 &&
      workers.every((worker) => worker.getState() === "RUNNING") &&
      (await readiness.isAnswering()),
  });
  try {
    await assertMigrated(pool);
    const gateway = await connectTemporal({
      ...target,
      taskQueue: config.taskQueue,
      settings: config.workflows,
      tracing,
    });
    const connection = await connectNatively(target);
    try {
      await prepareNamespace(connection, target, options);
      workers = await createWorkers(connection, target, options, {
        config,
        pool,
        connections: {
          policy: config.access,
          env: readEnvironment(),
          defaultUrl: options.databaseUrl,
          slots: new ConnectionSlots(config.worker.maxSourceConnections),
          maxStreamsPerRun: config.worker.maxStreamsPerRun,
        },
        temporal: () => Promise.resolve(gateway),
        workerName: `${hostname()}:${String(process.pid)}`,
        stopping: options.signal,
        nowMs: Date.now,
        meter: metrics,
        tracing,
      });
      await runUntilAborted(workers, options);
    } finally {
      await connection.close();
      await gateway.close();
    }
  } finally {
    await probes?.close();
    await readiness.close();
    await pool.end();
  }
}

async function openProbes(
  { config, say }: RunWorkerOptions,
  of: Pick<ProbeOptions, "metrics" | "isReady">,
): Promise<WorkerProbes | null> {
  const { probes } = config.worker;
  if (probes === null) return null;
  const served = await serveProbes({ ...probes, ...of });
  const host = probes.host.includes(":") ? `[${probes.host}]` : probes.host;
  say(`Probes and metrics: http://${host}:${String(served.port)}`);
  return served;
}

type Target = Parameters<typeof connectionSettings>[0];

async function connectNatively(target: Target): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(
      connectionSettings(target).connection,
    );
  } catch (error) {
    throw new RefillError(
      "TEMPORAL_UNAVAILABLE",
      `Expected Temporal at ${target.address}; got no answer (${describeCause(error)}). Start it, or correct TEMPORAL_ADDRESS.`,
      { cause: error },
    );
  }
}

/** What every worker makes sure of: the search attributes, where it may, and the reconciler's schedule. */
async function prepareNamespace(
  connection: NativeConnection,
  target: Target,
  { config, say }: RunWorkerOptions,
): Promise<void> {
  const { namespace } = connectionSettings(target);
  const client = new Client({ connection, namespace });
  const warning = await registerSearchAttributes(client);
  if (warning !== null) say(`WARNING ${warning}`);
  await putReconcileSchedule(client, config.taskQueue, config.workflows);
}

/** Four workers in one process: workflows, the ledger's activities, exports and live runs never wait for one another's slots. */
async function createWorkers(
  connection: NativeConnection,
  target: Target,
  { config, workflowBundlePath }: RunWorkerOptions,
  dependencies: ActivityDependencies,
): Promise<readonly Worker[]> {
  const queues = taskQueuesOf(config.taskQueue);
  const shared = {
    connection,
    namespace: connectionSettings(target).namespace,
    identity: workerIdentity(),
    shutdownGraceTime: config.worker.shutdownGraceMs,
    shutdownForceTime: config.worker.shutdownGraceMs + FORCED_END_AFTER_MS,
    // A cancel arrives with the answer to a heartbeat: by default that may be 12 s old.
    maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL_MS,
    defaultHeartbeatThrottleInterval: HEARTBEAT_INTERVAL_MS,
    interceptors: {
      activity: dependencies.tracing.isOn
        ? [tracedActivities(dependencies.tracing)]
        : [],
    },
  } as const;
  return Promise.all([
    Worker.create({
      ...shared,
      taskQueue: queues.workflows,
      ...(await loadWorkflowBundle(workflowBundlePath)),
      sinks: traceSinks(dependencies.tracing),
      maxCachedWorkflows: config.worker.maxCachedWorkflows,
    }),
    Worker.create({
      ...shared,
      taskQueue: queues.ledger,
      activities: createLedgerActivities(dependencies),
      maxConcurrentActivityTaskExecutions: MAX_LEDGER_ACTIVITIES,
    }),
    Worker.create({
      ...shared,
      taskQueue: queues.exports,
      activities: createExportActivities(dependencies),
      maxConcurrentActivityTaskExecutions: config.worker.maxConcurrentExports,
    }),
    Worker.create({
      ...shared,
      taskQueue: queues.live,
      activities: createLiveActivities(withLiveSlots(dependencies)),
      maxConcurrentActivityTaskExecutions:
        config.worker.maxConcurrentLiveExports,
    }),
  ]);
}

/** What histories and Temporal's Web UI call it. Beside it stands a build id, of the SDK and the workflows' code. */
function workerIdentity(): string {
  return `refill ${programVersion()}, ${String(process.pid)}@${hostname()}`;
}

/** Live runs have connections of their own too: a backfill at work on every other one does not keep them waiting. */
function withLiveSlots(
  dependencies: ActivityDependencies,
): ActivityDependencies {
  const { config, connections } = dependencies;
  const slots = new ConnectionSlots(config.worker.maxConcurrentLiveExports);
  return { ...dependencies, connections: { ...connections, slots } };
}

async function runUntilAborted(
  workers: readonly Worker[],
  { signal, say, onReady }: RunWorkerOptions,
): Promise<void> {
  const shutDown = () => {
    say("Shutting down: no further run is begun, running exports end.");
    for (const worker of workers) {
      if (worker.getState() === "RUNNING") worker.shutdown();
    }
  };
  signal.addEventListener("abort", shutDown, { once: true });
  const running = Promise.all(workers.map((worker) => worker.run()));
  if (signal.aborted) shutDown();
  else onReady?.();
  await running;
}
