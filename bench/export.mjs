// Exports in each format against the server's own COPY to nowhere, and against DuckDB: medians of interleaved rounds.
// ROWS: 1,000,000 if not set. ROUNDS: 5. Figures only mean something on a machine that does nothing else.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createEventTables } from "./export/events.mjs";
import { peerPython } from "./export/peer-python.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";

const run = promisify(execFile);
const rows = Number(process.env.ROWS ?? 1_000_000);
const rounds = Number(process.env.ROUNDS ?? 5);
const script = (name) =>
  fileURLToPath(new URL(`export/${name}`, import.meta.url));

const parquet = { type: "parquet", compression: "zstd", level: null };
const jsonl = {
  type: "jsonl",
  compression: "none",
  level: null,
  numbers: "digits",
};
const csv = { ...jsonl, type: "csv", header: true, null_text: "" };

const installation = await startInstallation();
try {
  const interval = await createEventTables(installation.database, rows);
  const python = await peerPython();
  const figures = {};
  for (const table of ["bench_events", "bench_narrow"]) {
    figures[table] = await compare(designsFor({ table, interval, python }));
  }
  console.log(JSON.stringify({ rows, rounds, ...figures }, null, 2));
} finally {
  await installation.stop();
}

function designsFor({ table, interval, python }) {
  const refill = (format, parts = 1) =>
    exportOnce(table, interval, format, parts);
  const duckdb = (options) => duckdbOnce(python, table, options);
  return {
    server: () => copyToNowhere(table),
    "parquet zstd": () => refill(parquet),
    "parquet zstd, two streams": () => refill(parquet, 2),
    "parquet snappy": () => refill({ ...parquet, compression: "snappy" }),
    csv: () => refill(csv),
    jsonl: () => refill(jsonl),
    "jsonl zstd": () => refill({ ...jsonl, compression: "zstd" }),
    ...(python !== null && {
      "duckdb parquet zstd 1": () =>
        duckdb("format parquet, compression zstd, compression_level 1"),
      "duckdb csv": () => duckdb("format csv, header"),
    }),
  };
}

/** The limit: what one backend needs to write all rows in binary. */
async function copyToNowhere(table) {
  const statement = `copy ${table} to '/dev/null' (format binary)`;
  const ms = await timeMs(() => installation.database.query(statement));
  return { seconds: ms / 1_000 };
}

async function exportOnce(table, interval, format, parts) {
  const { databaseUrl } = installation;
  const request = { databaseUrl, table, ...interval, parts, format };
  const { stdout } = await run(process.execPath, [
    script("export-once.mjs"),
    JSON.stringify(request),
  ]);
  const result = JSON.parse(stdout);
  if (result.records !== rows) throw new Error(`Got ${result.records} rows.`);
  return result;
}

async function duckdbOnce(python, table, options) {
  const args = [installation.databaseUrl, table, options];
  const { stdout } = await run(python, [script("duckdb-once.py"), ...args]);
  return JSON.parse(stdout);
}

/** The first round warms the caches and does not count. */
async function compare(designs) {
  const results = Object.fromEntries(
    Object.keys(designs).map((name) => [name, []]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, work] of Object.entries(designs)) {
      const result = await work();
      if (round > 0) results[name].push(result);
    }
    console.error(`bench: round ${round} of ${rounds} is done`);
  }
  const limit = median(results.server.map(({ seconds }) => seconds));
  return Object.fromEntries(
    Object.entries(results).map(([name, of]) => [name, summary(of, limit)]),
  );
}

function summary(results, limitSeconds) {
  const of = (key) =>
    results[0][key] === undefined
      ? undefined
      : Number(median(results.map((result) => result[key])).toFixed(2));
  return {
    seconds: of("seconds"),
    speedOfServer: Number((limitSeconds / of("seconds")).toFixed(2)),
    cpuSeconds: of("cpuSeconds"),
    peakMb: of("peakMb"),
    megabytes: of("megabytes"),
  };
}
