import type { WorkflowSettings } from "../contract/workflow-settings.js";

/** Everything that Refill takes from its environment: read once, validated, frozen. Times are in milliseconds. */
export interface Config {
  /** Where `refill dev` keeps its state. Absolute. REFILL_DATA_DIR, else `.refill`. */
  readonly dataDir: string;
  /** Where programs that were downloaded or built are kept. Absolute. REFILL_CACHE_DIR, else `refill` in the user's cache. */
  readonly cacheDir: string;
  /** DATABASE_URL and TEMPORAL_ADDRESS when both are set explicitly; null: look for a running `refill dev`. */
  readonly servers: ExplicitServers | null;
  /** Prefix of the task queues and of the reconciler's schedule. REFILL_TASK_QUEUE, else `refill`. */
  readonly taskQueue: string;
  /** Where `files` destinations live. Absolute. REFILL_FILES_ROOT, else `exports` in the data dir. */
  readonly filesRoot: string;
  readonly runs: RunPolicy;
  readonly worker: WorkerLimits;
  /**
   * Handed to each workflow that is started: REFILL_HEARTBEAT_TIMEOUT (15 s), REFILL_CONTINUE_AS_NEW_PATIENCE (15 s),
   * REFILL_CANARY_LIMIT (5 s), REFILL_CANCEL_ARRIVAL_LIMIT (10 s).
   */
  readonly workflows: WorkflowSettings;
  /** How long a plan may count records. REFILL_HISTOGRAM_LIMIT, else 30 s. */
  readonly histogramLimitMs: number;
  /** REFILL_MAX_OPEN_BACKFILLS, else 100 a team. */
  readonly maxOpenBackfillsPerTeam: number;
  readonly access: AccessPolicy;
  readonly api: ApiSettings;
  /** REFILL_TEAM: the team meant where a name is ambiguous. */
  readonly team: number | null;
  /** Of what workers and servers log. REFILL_LOG_FORMAT, else text. */
  readonly logFormat: "text" | "json";
  /** Null: no span is made. See tracing.ts. */
  readonly tracing: TracingSettings | null;
  /** NO_COLOR is set (https://no-color.org). */
  readonly noColor: boolean;
}

export interface TracingSettings {
  /** OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, else OTEL_EXPORTER_OTLP_PROTOCOL, else `http/protobuf`. As given. */
  readonly protocol: string;
}

export interface ExplicitServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/**
 * How often a run is tried, and how long it waits in between: initial x 4^(attempt - 1), at most the maximum.
 * REFILL_RUN_MAX_ATTEMPTS (5), REFILL_RUN_INITIAL_BACKOFF (2 s), REFILL_RUN_MAX_BACKOFF (2 min).
 */
interface RunPolicy {
  readonly maxAttempts: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

export interface WorkerLimits {
  /** REFILL_MAX_CONCURRENT_EXPORTS, else 16. */
  readonly maxConcurrentExports: number;
  /** Live runs of schedules, beside those. REFILL_MAX_CONCURRENT_LIVE_EXPORTS, else 4. */
  readonly maxConcurrentLiveExports: number;
  /**
   * Workflows kept in memory, about a megabyte each; what falls out is replayed from its history when it is next needed.
   * REFILL_MAX_CACHED_WORKFLOWS, else 200. 0 replays at every step: slow, and the surest proof that a replay can't differ.
   */
  readonly maxCachedWorkflows: number;
  /** How long running exports may go on after a shutdown was asked for. REFILL_SHUTDOWN_GRACE, else 30 s. */
  readonly shutdownGraceMs: number;
  /** Connections to any one source database. REFILL_MAX_SOURCE_CONNECTIONS, else 16. */
  readonly maxSourceConnections: number;
  /** Of those, how many may read the rows of one large run side by side. REFILL_MAX_STREAMS_PER_RUN, else 2. */
  readonly maxStreamsPerRun: number;
  /** Where it answers probes and Prometheus. REFILL_WORKER_HOST (127.0.0.1), REFILL_WORKER_PORT; null where that is unset. */
  readonly probes: { readonly host: string; readonly port: number } | null;
}

interface ApiSettings {
  /** Where `refill server` listens. REFILL_API_HOST, else 127.0.0.1. */
  readonly host: string;
  /** REFILL_API_PORT; 0: any free one. Null: `refill server` takes 8088, `refill dev` the one it had before, else a free one. */
  readonly port: number | null;
  /** What one key may ask for; ten times as many at once. REFILL_API_REQUESTS_PER_SECOND, else 50. */
  readonly requestsPerSecond: number;
  /** Where people reach the page. REFILL_PAGE_URL; null: at a `refill dev`, else unknown. */
  readonly pageUrl: string | null;
}

/** What a definition may name. Checked by the worker and by every operation that opens a connection. */
export interface AccessPolicy {
  /** Only environment variables with this prefix can be referenced. REFILL_SECRET_ENV_PREFIX, else `REFILL_SECRET_`. */
  readonly secretEnvPrefix: string;
  /** The folder whose files can be referenced. REFILL_SECRET_FOLDER; null: none. */
  readonly secretFolder: string | null;
  /** REFILL_ALLOWED_HOSTS, separated by commas; empty: any. */
  readonly allowedHosts: readonly string[];
  /**
   * Whether `default`, Refill's own database, may be a source. REFILL_ALLOW_DEFAULT_CONNECTION, else only with the
   * servers of a `refill dev`.
   */
  readonly allowDefaultConnection: boolean;
}
