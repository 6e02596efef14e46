import { join, resolve } from "node:path";
import type { z } from "zod";
import { RefillError } from "../domain/errors.js";
import { cacheDirFrom } from "./cache-dir.js";
import type {
  AccessPolicy,
  Config,
  ExplicitServers,
  WorkerLimits,
} from "./config.js";
import type { Environment } from "./environment.js";
import { type Settings, settingsSchema } from "./settings-schema.js";
import { tracingFrom } from "./tracing.js";
import { unknownNames } from "./unknown-names.js";

/**
 * The configuration that an environment describes, validated and frozen. An empty variable counts as absent, and
 * relative paths count from `cwd`.
 * @throws RefillError CONFIG_INVALID with every problem in `details.problems`
 */
export function loadConfig({
  env,
  cwd,
}: {
  readonly env: Environment;
  readonly cwd: string;
}): Config {
  const given = withoutEmpty(env);
  const parsed = settingsSchema.safeParse(given);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(describe)),
    ...serverProblems(given),
    ...(parsed.success ? backoffProblems(parsed.data) : []),
    ...unknownNames(given, {
      known: Object.keys(settingsSchema.shape),
      secretPrefix: given["REFILL_SECRET_ENV_PREFIX"] ?? "REFILL_SECRET_",
    }),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new RefillError(
      "CONFIG_INVALID",
      `The configuration is not valid: ${problems.join("; ")}.`,
      { details: { problems } },
    );
  }
  return configFrom(parsed.data, { env: given, cwd });
}

function configFrom(
  settings: Settings,
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): Config {
  const dataDir = resolve(cwd, settings.REFILL_DATA_DIR);
  const servers = explicitServers(settings);
  return Object.freeze({
    dataDir,
    cacheDir: cacheDirFrom(env, cwd),
    servers,
    taskQueue: settings.REFILL_TASK_QUEUE,
    filesRoot: resolve(
      cwd,
      settings.REFILL_FILES_ROOT ?? join(dataDir, "exports"),
    ),
    runs: Object.freeze({
      maxAttempts: settings.REFILL_RUN_MAX_ATTEMPTS,
      initialBackoffMs: settings.REFILL_RUN_INITIAL_BACKOFF,
      maxBackoffMs: settings.REFILL_RUN_MAX_BACKOFF,
    }),
    worker: Object.freeze({
      maxConcurrentExports: settings.REFILL_MAX_CONCURRENT_EXPORTS,
      maxConcurrentLiveExports: settings.REFILL_MAX_CONCURRENT_LIVE_EXPORTS,
      maxCachedWorkflows: settings.REFILL_MAX_CACHED_WORKFLOWS,
      shutdownGraceMs: settings.REFILL_SHUTDOWN_GRACE,
      maxSourceConnections: settings.REFILL_MAX_SOURCE_CONNECTIONS,
      maxStreamsPerRun: settings.REFILL_MAX_STREAMS_PER_RUN,
      probes: probesFrom(settings),
    }),
    workflows: Object.freeze({
      heartbeatTimeoutMs: settings.REFILL_HEARTBEAT_TIMEOUT,
      continueAsNewPatienceMs: settings.REFILL_CONTINUE_AS_NEW_PATIENCE,
      canaryLimitMs: settings.REFILL_CANARY_LIMIT,
      cancelArrivalLimitMs: settings.REFILL_CANCEL_ARRIVAL_LIMIT,
    }),
    histogramLimitMs: settings.REFILL_HISTOGRAM_LIMIT,
    maxOpenBackfillsPerTeam: settings.REFILL_MAX_OPEN_BACKFILLS,
    access: accessFrom(settings, { cwd, isLocal: servers === null }),
    api: Object.freeze({
      host: withoutBrackets(settings.REFILL_API_HOST),
      port: settings.REFILL_API_PORT ?? null,
      requestsPerSecond: settings.REFILL_API_REQUESTS_PER_SECOND,
      pageUrl: settings.REFILL_PAGE_URL ?? null,
    }),
    logFormat: settings.REFILL_LOG_FORMAT,
    tracing: tracingFrom(settings),
    team: settings.REFILL_TEAM ?? null,
    noColor: settings.NO_COLOR !== undefined,
  });
}

function probesFrom({
  REFILL_WORKER_HOST: host,
  REFILL_WORKER_PORT: port,
}: Settings): WorkerLimits["probes"] {
  return port === undefined
    ? null
    : Object.freeze({ host: withoutBrackets(host), port });
}

/** `[::1]` as Node listens on it. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function explicitServers(settings: Settings): ExplicitServers | null {
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress } =
    settings;
  return databaseUrl === undefined || temporalAddress === undefined
    ? null
    : Object.freeze({ databaseUrl, temporalAddress });
}

/** With a `refill dev` of one's own, its database may be a source; anywhere else that has to be allowed. */
function accessFrom(
  settings: Settings,
  { cwd, isLocal }: { readonly cwd: string; readonly isLocal: boolean },
): AccessPolicy {
  const folder = settings.REFILL_SECRET_FOLDER;
  return Object.freeze({
    secretEnvPrefix: settings.REFILL_SECRET_ENV_PREFIX,
    secretFolder: folder === undefined ? null : resolve(cwd, folder),
    allowedHosts: Object.freeze(settings.REFILL_ALLOWED_HOSTS),
    allowDefaultConnection: settings.REFILL_ALLOW_DEFAULT_CONNECTION ?? isLocal,
  });
}

/** What is shown of a wrong value is nothing: DATABASE_URL holds a password, and others may by mistake. */
function describe(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".")}: ${issue.message}`;
}

function serverProblems(env: Environment): readonly string[] {
  const database = env["DATABASE_URL"] !== undefined;
  const temporal = env["TEMPORAL_ADDRESS"] !== undefined;
  if (database === temporal) return [];
  const [set, missing] = database
    ? ["DATABASE_URL", "TEMPORAL_ADDRESS"]
    : ["TEMPORAL_ADDRESS", "DATABASE_URL"];
  return [
    `${set} is set without ${missing}: set both to name the servers, or neither to use a running refill dev`,
  ];
}

function backoffProblems(settings: Settings): readonly string[] {
  return settings.REFILL_RUN_MAX_BACKOFF < settings.REFILL_RUN_INITIAL_BACKOFF
    ? [
        "REFILL_RUN_MAX_BACKOFF: expected at least as long a time as REFILL_RUN_INITIAL_BACKOFF",
      ]
    : [];
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => (value ?? "") !== ""),
  );
}
