// One export in a process of its own: prints seconds, CPU seconds and the peak of resident memory, as JSON.
// Argument: {databaseUrl, table, startMs, endMs, parts, format}. Parts run side by side, a connection and a file each.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDestination } from "../../dist/transfer/destinations/destination-registry.js";
import { createFormat } from "../../dist/transfer/formats/format-registry.js";
import { openPostgresSource } from "../../dist/transfer/sources/postgres/postgres-source.js";
import { stageRun } from "../../dist/transfer/stage-run.js";

const request = JSON.parse(process.argv[2]);
const filesRoot = await mkdtemp(join(tmpdir(), "refill-bench-"));
const begin = performance.now();
const staged = await Promise.all(
  Array.from({ length: request.parts }, (_, part) => exportPart(part)),
);
const seconds = (performance.now() - begin) / 1_000;
const cpu = process.cpuUsage();
const status = await readFile("/proc/self/status", "utf8").catch(() => "");
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMb: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1_024,
    megabytes: staged.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
    records: staged.reduce((sum, { records }) => sum + records, 0),
  }),
);
await rm(filesRoot, { recursive: true });

async function exportPart(part) {
  const spanMs = (request.endMs - request.startMs) / request.parts;
  const startMs = request.startMs + Math.round(spanMs * part);
  const endMs = request.startMs + Math.round(spanMs * (part + 1));
  const source = openPostgresSource({
    connectionString: request.databaseUrl,
    definition: {
      ...{ type: "postgres", connection: "default", table: request.table },
      ...{ timestamp_column: "at", timestamp_timezone: null },
      ...{ query: null, columns: null, where: null },
    },
    exportTimeZone: "UTC",
    isDefaultConnection: false,
    planned: null,
    slots: null,
  });
  const run = await stageRun({
    source,
    format: createFormat(request.format),
    destination: createDestination({
      definition: {
        ...{ type: "files", path: "out", key: "unused" },
        max_file_size_mb: null,
      },
      access: { filesRoot },
    }),
    ...{ key: `part-${part}`, token: 1, maxFileBytes: null },
    interval: { startMs, endMs },
    facts: {
      ...{ batchExportId: "bench", exportName: "bench" },
      dataIntervalStart: new Date(startMs).toISOString(),
      dataIntervalEnd: new Date(endMs).toISOString(),
      refillVersion: "0.0.0",
    },
    label: "bench",
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  await run.publish();
  await source.close();
  return run;
}
