// Exports a query's rows to a file in a process of its own, and prints the most memory that it held, in bytes.
import { createDestination } from "../../../dist/transfer/destinations/destination-registry.js";
import { createFormat } from "../../../dist/transfer/formats/format-registry.js";
import { openPostgresSource } from "../../../dist/transfer/sources/postgres/postgres-source.js";
import { stageRun } from "../../../dist/transfer/stage-run.js";

const { connectionString, query, format, filesRoot, interval } = JSON.parse(
  process.argv[2] ?? "{}",
);
const source = openPostgresSource({
  connectionString,
  definition: {
    type: "postgres",
    connection: "env:X",
    table: null,
    query,
    timestamp_column: "at",
    timestamp_timezone: null,
    columns: null,
    where: null,
  },
  exportTimeZone: "UTC",
  isDefaultConnection: false,
  slots: null,
  planned: null,
});
const destination = createDestination({
  definition: {
    type: "files",
    path: "out",
    key: "unused",
    max_file_size_mb: null,
  },
  access: { filesRoot, rows: {} },
});
const run = await stageRun({
  source,
  destination,
  format: createFormat(format),
  key: "a",
  token: 1,
  maxFileBytes: null,
  interval,
  label: "test",
  facts: {
    batchExportId: "x",
    exportName: "x",
    refillVersion: "x",
    dataIntervalStart: "x",
    dataIntervalEnd: "x",
  },
  record: () => Promise.resolve(),
  signal: new AbortController().signal,
});
await run.publish();
await source.close();
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ mostBytes: maxRSS * 1024, bytes: run.bytes }));
