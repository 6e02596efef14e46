/** What a folder of src may import: other folders, Node's built-ins (`node:`), and packages by name. */
export type ImportTable = Readonly<Record<string, readonly string[]>>;

/** What every folder with side effects may import, needed or not. */
export const shared: readonly string[] = [
  "domain",
  "contract",
  "config",
  "definition",
  "node:",
  "type contract/objects",
  "type contract/requests",
];

/**
 * The layers, lowest first. A folder may import what its line names and itself, nothing else; `type X` allows types alone.
 * A folder below another that has a line of its own is apart from it.
 * Programs at the top of src stand under their file's name. An entry that no file needs
 * fails the test. docs/architecture.md tells why.
 */
export const importTable: ImportTable = {
  domain: ["temporal-polyfill"],

  // What the surfaces show and take, as schemas. Neither the sandbox of workflows nor the page loads zod: types alone.
  "contract/objects": ["domain", "zod"],
  "contract/requests": ["domain", "zod"],
  contract: ["type domain", "type contract/objects"],

  config: ["domain", "contract", "node:", "zod"],
  definition: ["domain", "node:", "yaml", "zod"],

  telemetry: below(
    "@opentelemetry/api",
    "@opentelemetry/core",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/exporter-trace-otlp-http",
    "@opentelemetry/exporter-trace-otlp-proto",
  ),

  store: below("pg", "pg-copy-streams"),
  transfer: below(
    "@aws-sdk/client-s3",
    "pg",
    "pg-copy-streams",
    "@toondepauw/node-zstd",
    "hysnappy",
  ),
  temporal: below(
    "telemetry",
    "@temporalio/client",
    "@temporalio/common",
    "@temporalio/envconfig",
  ),
  embedded: below("pg", "zod", "@temporalio/client", "@temporalio/testing"),

  // Not transfer: no use case can open a source or a destination. Workers answer requests that need one.
  operations: below("store", "temporal", "type pg"),

  activities: below(
    "type telemetry",
    "operations",
    "store",
    "transfer",
    "type temporal",
    "type pg",
    "@temporalio/activity",
  ),
  workflows: [
    "domain",
    "contract",
    "type contract/objects",
    "@temporalio/workflow",
    "@temporalio/common",
  ],

  api: below(
    "contract/objects",
    "contract/requests",
    "telemetry",
    "operations",
    "store",
    "temporal",
    "fastify",
    "@fastify/swagger",
    "prom-client",
    "zod",
  ),

  // Runs in browsers: the pure part of what the server has, and of the rest types alone.
  web: ["domain", "type contract/objects", "preact"],

  cli: below(
    "telemetry",
    "operations",
    "api", // `refill server` runs it
    "store",
    "temporal",
    "embedded",
    "worker", // `refill worker` runs one
    "commander",
    "open",
    "yaml",
  ),

  worker: below(
    "telemetry",
    "activities",
    "store",
    "transfer",
    "temporal",
    "@temporalio/worker",
    "@temporalio/client",
    "prom-client",
  ),

  "client.ts": ["cli"],
  "worker.ts": ["cli"],
  "server.ts": ["cli"],
};

/** What `shared` allows, and what is the folder's own. */
function below(...own: readonly string[]): readonly string[] {
  return [...shared, ...own];
}
