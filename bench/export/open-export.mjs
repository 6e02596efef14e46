import { createDestination } from "../../dist/transfer/destinations/destination-registry.js";
import { openPostgresSource } from "../../dist/transfer/sources/postgres/postgres-source.js";

/** A table of bench_events's kind as a source. */
export function openTable(databaseUrl, table, maxStreams = 1) {
  return openPostgresSource({
    connectionString: databaseUrl,
    definition: {
      type: "postgres",
      connection: "default",
      table,
      timestamp_column: "at",
      timestamp_timezone: null,
      query: null,
      columns: null,
      where: null,
    },
    exportTimeZone: "UTC",
    isDefaultConnection: false,
    planned: null,
    slots: null,
    maxStreams,
  });
}

/** A folder as a destination. */
export function openFolder(filesRoot) {
  return createDestination({
    definition: {
      type: "files",
      path: "out",
      key: "unused",
      max_file_size_mb: null,
    },
    access: { filesRoot },
  });
}

/** What `stageRun` wants beside source, format, destination, key and interval, as it is where no ledger is. */
export function withoutLedger({ startMs, endMs }) {
  return {
    token: 1,
    maxFileBytes: null,
    interval: { startMs, endMs },
    facts: {
      batchExportId: "bench",
      exportName: "bench",
      dataIntervalStart: new Date(startMs).toISOString(),
      dataIntervalEnd: new Date(endMs).toISOString(),
      refillVersion: "0.0.0",
    },
    label: "bench",
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  };
}
