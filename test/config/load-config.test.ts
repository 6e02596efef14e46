import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readEnvironment } from "../../src/config/environment.js";
import { loadConfig } from "../../src/config/load-config.js";
import { isRefillError, type RefillError } from "../../src/domain/errors.js";

function load(env: Readonly<Record<string, string>>) {
  return loadConfig({ env, cwd: "/work" });
}

function refusal(env: Readonly<Record<string, string>>): RefillError {
  try {
    load(env);
  } catch (error) {
    if (isRefillError(error)) return error;
    throw error;
  }
  throw new Error("Expected a refusal; it was accepted.");
}

const servers = {
  DATABASE_URL: "postgres://refill:hunter2@db/refill",
  TEMPORAL_ADDRESS: "temporal:7233",
};

test("an empty environment gives the defaults", () => {
  expect(load({})).toEqual({
    dataDir: "/work/.refill",
    cacheDir: join(homedir(), ".cache", "refill"),
    servers: null,
    taskQueue: "refill",
    filesRoot: "/work/.refill/exports",
    runs: { maxAttempts: 5, initialBackoffMs: 2_000, maxBackoffMs: 120_000 },
    worker: {
      maxConcurrentExports: 16,
      maxConcurrentLiveExports: 4,
      maxCachedWorkflows: 200,
      shutdownGraceMs: 30_000,
      maxSourceConnections: 16,
      maxStreamsPerRun: 2,
      probes: null,
    },
    workflows: {
      heartbeatTimeoutMs: 15_000,
      continueAsNewPatienceMs: 15_000,
      canaryLimitMs: 5_000,
      cancelArrivalLimitMs: 10_000,
    },
    histogramLimitMs: 30_000,
    logFormat: "text",
    tracing: null,
    maxOpenBackfillsPerTeam: 100,
    access: {
      secretEnvPrefix: "REFILL_SECRET_",
      secretFolder: null,
      allowedHosts: [],
      allowDefaultConnection: true,
    },
    api: {
      host: "127.0.0.1",
      port: null,
      requestsPerSecond: 50,
      pageUrl: null,
    },
    team: null,
    noColor: false,
  });
});

test("every setting is read", () => {
  const config = load({
    ...servers,
    REFILL_DATA_DIR: "state",
    REFILL_CACHE_DIR: "cache",
    REFILL_FILES_ROOT: "/srv/files",
    REFILL_TASK_QUEUE: "other",
    REFILL_RUN_MAX_ATTEMPTS: "3",
    REFILL_RUN_INITIAL_BACKOFF: "1s",
    REFILL_RUN_MAX_BACKOFF: "1m30s",
    REFILL_HEARTBEAT_TIMEOUT: "3s",
    REFILL_CONTINUE_AS_NEW_PATIENCE: "1m",
    REFILL_CANARY_LIMIT: "1s",
    REFILL_CANCEL_ARRIVAL_LIMIT: "20s",
    REFILL_MAX_CONCURRENT_EXPORTS: "4",
    REFILL_MAX_CONCURRENT_LIVE_EXPORTS: "2",
    REFILL_MAX_CACHED_WORKFLOWS: "0",
    REFILL_SHUTDOWN_GRACE: "5s",
    REFILL_MAX_SOURCE_CONNECTIONS: "8",
    REFILL_MAX_STREAMS_PER_RUN: "3",
    REFILL_HISTOGRAM_LIMIT: "10s",
    REFILL_MAX_OPEN_BACKFILLS: "7",
    REFILL_SECRET_ENV_PREFIX: "APP_",
    REFILL_SECRET_FOLDER: "secrets",
    REFILL_ALLOWED_HOSTS: "db.example.com, ::1,10.0.0.7,/run/postgresql",
    REFILL_ALLOW_DEFAULT_CONNECTION: "1",
    REFILL_WORKER_HOST: "[::1]",
    REFILL_WORKER_PORT: "9090",
    REFILL_API_HOST: "[::1]",
    REFILL_API_PORT: "0",
    REFILL_API_REQUESTS_PER_SECOND: "5",
    REFILL_PAGE_URL: "https://refill.example.com/tools/",
    REFILL_TEAM: "12",
    NO_COLOR: "1",
    REFILL_LOG_FORMAT: "json",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  });
  expect(config).toEqual({
    dataDir: "/work/state",
    cacheDir: "/work/cache",
    servers: {
      databaseUrl: servers.DATABASE_URL,
      temporalAddress: "temporal:7233",
    },
    taskQueue: "other",
    filesRoot: "/srv/files",
    runs: { maxAttempts: 3, initialBackoffMs: 1_000, maxBackoffMs: 90_000 },
    worker: {
      maxConcurrentExports: 4,
      maxConcurrentLiveExports: 2,
      maxCachedWorkflows: 0,
      shutdownGraceMs: 5_000,
      maxSourceConnections: 8,
      maxStreamsPerRun: 3,
      probes: { host: "::1", port: 9_090 },
    },
    workflows: {
      heartbeatTimeoutMs: 3_000,
      continueAsNewPatienceMs: 60_000,
      canaryLimitMs: 1_000,
      cancelArrivalLimitMs: 20_000,
    },
    histogramLimitMs: 10_000,
    logFormat: "json",
    tracing: { protocol: "http/json" },
    maxOpenBackfillsPerTeam: 7,
    access: {
      secretEnvPrefix: "APP_",
      secretFolder: "/work/secrets",
      allowedHosts: ["db.example.com", "::1", "10.0.0.7", "/run/postgresql"],
      allowDefaultConnection: true,
    },
    api: {
      host: "::1",
      port: 0,
      requestsPerSecond: 5,
      pageUrl: "https://refill.example.com/tools/",
    },
    team: 12,
    noColor: true,
  });
});

test("the configuration is frozen to the bottom", () => {
  const config = load(servers);
  for (const part of [
    config,
    config.servers,
    config.runs,
    config.worker,
    config.access,
    config.access.allowedHosts,
  ]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test("an empty variable counts as absent", () => {
  const config = load({
    DATABASE_URL: "",
    TEMPORAL_ADDRESS: "",
    REFILL_TEAM: "",
    NO_COLOR: "",
    REFILL_TYPO: "",
  });
  expect(config).toEqual(load({}));
});

describe("the servers", () => {
  test.each([
    ["DATABASE_URL", "TEMPORAL_ADDRESS"],
    ["TEMPORAL_ADDRESS", "DATABASE_URL"],
  ] as const)("%s without %s is refused, naming both", (set, missing) => {
    const error = refusal({ [set]: servers[set] });
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(`${set} is set without ${missing}`);
  });

  test.each(["localhost", "localhost:7233", "[::1]:7233", "10.0.0.7:7233"])(
    "may be Temporal at %s",
    (address) => {
      const config = load({ ...servers, TEMPORAL_ADDRESS: address });
      expect(config.servers?.temporalAddress).toBe(address);
    },
  );

  test.each(["http://localhost:7233", "a b", "user@host:1", "host:port"])(
    "can't be Temporal at %s",
    (address) => {
      const error = refusal({ ...servers, TEMPORAL_ADDRESS: address });
      expect(error.message).toContain("TEMPORAL_ADDRESS: expected host:port");
    },
  );

  test("allow Refill's own database as a source only where they are a refill dev's, or told to", () => {
    expect(load({}).access.allowDefaultConnection).toBe(true);
    expect(load(servers).access.allowDefaultConnection).toBe(false);
    const told = { ...servers, REFILL_ALLOW_DEFAULT_CONNECTION: "true" };
    expect(load(told).access.allowDefaultConnection).toBe(true);
    const denied = { REFILL_ALLOW_DEFAULT_CONNECTION: "false" };
    expect(load(denied).access.allowDefaultConnection).toBe(false);
  });
});

test("all problems are told at once, and no value", () => {
  const error = refusal({
    DATABASE_URL: "mysql://root:hunter2@db",
    REFILL_RUN_MAX_ATTEMPTS: "0",
    REFILL_SHUTDOWN_GRACE: "hunter2",
    REFILL_TEAM: "one",
    REFILL_ALLOWED_HOSTS: "db:5432",
    REFILL_ALLOW_DEFAULT_CONNECTION: "yes",
    REFILL_TASK_QUEU: "hunter2",
  });
  const problems = error.details["problems"] as readonly string[];
  expect(problems.map((problem) => problem.split(/[: ]/)[0]).sort()).toEqual([
    "DATABASE_URL",
    "DATABASE_URL",
    "REFILL_ALLOWED_HOSTS",
    "REFILL_ALLOW_DEFAULT_CONNECTION",
    "REFILL_RUN_MAX_ATTEMPTS",
    "REFILL_SHUTDOWN_GRACE",
    "REFILL_TASK_QUEU",
    "REFILL_TEAM",
  ]);
  expect(error.message).toContain("did you mean REFILL_TASK_QUEUE?");
  expect(`${error.message}${JSON.stringify(error.details)}`).not.toContain(
    "hunter2",
  );
});

test.each([
  ["REFILL_RUN_MAX_ATTEMPTS", "1.5"],
  ["REFILL_RUN_MAX_ATTEMPTS", "-1"],
  ["REFILL_RUN_MAX_ATTEMPTS", "99999999999"],
  ["REFILL_MAX_CONCURRENT_EXPORTS", "501"],
  ["REFILL_HISTOGRAM_LIMIT", "2h"],
  ["REFILL_HISTOGRAM_LIMIT", "30"],
  ["REFILL_HEARTBEAT_TIMEOUT", "2s"],
  ["REFILL_HEARTBEAT_TIMEOUT", "11m"],
  ["REFILL_CONTINUE_AS_NEW_PATIENCE", "0s"],
  ["REFILL_CANARY_LIMIT", "2h"],
  ["REFILL_CANCEL_ARRIVAL_LIMIT", "0s"],
  ["REFILL_TASK_QUEUE", "a/b"],
  ["REFILL_SECRET_ENV_PREFIX", "1"],
  ["REFILL_ALLOWED_HOSTS", "db, "],
  ["REFILL_RUN_MAX_BACKOFF", "1s"],
])("%s=%s is refused once", (name, value) => {
  const error = refusal({ [name]: value });
  expect(error.details["problems"]).toHaveLength(1);
  expect(error.message).toContain(`${name}: expected `);
});

test("names of others that begin alike are left alone", () => {
  const env = {
    REFILL_SECRET_FLIGHTS_URL: "postgres://x",
    REFILL_TEST_DATA_DIR: "/tmp/x",
    REFILL_SERVICE_HOST: "10.0.0.1",
    REFILL_SERVICE_PORT: "80",
    REFILL_SERVICE_PORT_HTTP: "80",
    REFILL_PORT: "tcp://10.0.0.1:80",
    REFILL_PORT_80_TCP: "tcp://10.0.0.1:80",
    REFILL_PORT_80_TCP_ADDR: "10.0.0.1",
    PATH: "/bin",
  };
  expect(load(env)).toEqual(load({}));
  const own = { REFILL_SECRET_ENV_PREFIX: "REFILL_PW_", REFILL_PW_A: "x" };
  expect(load(own).access.secretEnvPrefix).toBe("REFILL_PW_");
});

test("the environment of the process is read as a copy", () => {
  const env = readEnvironment();
  expect(env["PATH"]).toBe(process.env["PATH"]);
  expect(env).not.toBe(process.env);
});
