import { z } from "zod";
import { HEARTBEAT_INTERVAL_MS } from "../contract/workflow-settings.js";
import { parseDuration } from "../domain/time/duration.js";

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/**
 * Every environment variable that Refill reads, with its default. Paths are made absolute and the parts put together in
 * load-config.ts. A message is what was expected.
 */
export const settingsSchema = z.object({
  REFILL_DATA_DIR: z.string().default(".refill"),
  REFILL_CACHE_DIR: z.string().optional(),
  REFILL_FILES_ROOT: z.string().optional(),
  DATABASE_URL: pattern(
    /^postgres(ql)?:\/\/\S+$/,
    "a URL that begins with postgres://",
  ).optional(),
  TEMPORAL_ADDRESS: pattern(
    /^(\[[\da-f:.]+\]|[^\s:/@]+)(:\d{1,5})?$/i,
    "host:port",
  ).optional(),
  REFILL_TASK_QUEUE: pattern(
    /^[\w.-]{1,100}$/,
    "1 to 100 letters, digits, dots, underscores or hyphens",
  ).default("refill"),
  REFILL_RUN_MAX_ATTEMPTS: count(1, 1_000).default(5),
  REFILL_RUN_INITIAL_BACKOFF: duration(secondMs, hourMs).default(2 * secondMs),
  REFILL_RUN_MAX_BACKOFF: duration(secondMs, 24 * hourMs).default(
    120 * secondMs,
  ),
  REFILL_HEARTBEAT_TIMEOUT: duration(
    // A live worker may lose two heartbeats in a row.
    3 * HEARTBEAT_INTERVAL_MS,
    10 * minuteMs,
  ).default(15 * secondMs),
  REFILL_CONTINUE_AS_NEW_PATIENCE: duration(secondMs, hourMs).default(
    15 * secondMs,
  ),
  REFILL_CANARY_LIMIT: duration(secondMs, hourMs).default(5 * secondMs),
  REFILL_CANCEL_ARRIVAL_LIMIT: duration(secondMs, 10 * minuteMs).default(
    10 * secondMs,
  ),
  REFILL_MAX_CONCURRENT_EXPORTS: count(1, 500).default(16),
  REFILL_MAX_CONCURRENT_LIVE_EXPORTS: count(1, 500).default(4),
  REFILL_MAX_CACHED_WORKFLOWS: count(0, 100_000).default(200),
  REFILL_SHUTDOWN_GRACE: duration(0, hourMs).default(30 * secondMs),
  REFILL_MAX_SOURCE_CONNECTIONS: count(1, 1_000).default(16),
  REFILL_MAX_STREAMS_PER_RUN: count(1, 16).default(2),
  REFILL_HISTOGRAM_LIMIT: duration(0, hourMs).default(30 * secondMs),
  REFILL_MAX_OPEN_BACKFILLS: count(1, 1_000_000).default(100),
  REFILL_SECRET_ENV_PREFIX: pattern(
    /^[A-Za-z_]\w{0,99}$/,
    "the beginning of a variable's name",
  ).default("REFILL_SECRET_"),
  REFILL_SECRET_FOLDER: z.string().optional(),
  REFILL_ALLOWED_HOSTS: hosts().default([]),
  REFILL_ALLOW_DEFAULT_CONNECTION: flag().optional(),
  REFILL_WORKER_HOST: listenHost().default("127.0.0.1"),
  REFILL_WORKER_PORT: count(0, 65_535).optional(),
  REFILL_LOG_FORMAT: z.enum(["text", "json"]).default("text"),
  REFILL_API_HOST: listenHost().default("127.0.0.1"),
  REFILL_API_PORT: count(0, 65_535).optional(),
  REFILL_API_REQUESTS_PER_SECOND: count(1, 1_000_000).default(50),
  REFILL_PAGE_URL: pattern(
    /^https?:\/\/[^\s#]+$/,
    "a URL that begins with https:// or http://",
  ).optional(),
  REFILL_TEAM: count(0, 2_147_483_647).optional(),
  NO_COLOR: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
});

export type Settings = z.output<typeof settingsSchema>;

function listenHost() {
  return pattern(
    /^(\[[\da-f:.]+\]|[\w.:-]+)$/i,
    "an address or a host name to listen on",
  );
}

function pattern(expression: RegExp, expected: string) {
  return z.string().regex(expression, { error: `expected ${expected}` });
}

function count(from: number, to: number) {
  const error = `expected a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= from && value <= to, { error });
}

function duration(fromMs: number, toMs: number) {
  const error = `expected a duration such as 90s, 30m or 1h30m, from ${fromMs / secondMs} s to ${toMs / secondMs} s`;
  return z
    .string()
    .transform(durationOrNaN)
    .refine((valueMs) => valueMs >= fromMs && valueMs <= toMs, { error });
}

function durationOrNaN(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return NaN;
  }
}

function flag() {
  return z
    .enum(["true", "false", "1", "0"], { error: "expected true or false" })
    .transform((value) => value === "true" || value === "1");
}

/** A port in an entry would make it match nothing; brackets are no part of an IPv6 address. */
const hostPattern = /^([\w.-]+|[\da-f:.]+|\/[^,\s]+)$/i;

function hosts() {
  return z
    .string()
    .transform((text) => text.split(",").map((host) => host.trim()))
    .refine((names) => names.every((name) => isHost(name)), {
      error:
        "expected names or addresses of hosts (or folders of Unix sockets) separated by commas, without ports",
    });
}

function isHost(name: string): boolean {
  const isNameWithPort = /^[^:]*:\d+$/.test(name);
  return hostPattern.test(name) && !isNameWithPort;
}
