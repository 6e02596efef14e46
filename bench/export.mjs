// Exports in each format against the server's own COPY to nowhere, and against other programs: medians of interleaved rounds.
// ROWS: 1,000,000 if not set. ROUNDS: 5. TABLES: all if not set. PEERS: `none` leaves the other programs out, `slow` takes
// those too that need minutes. Figures only mean something on a machine that does nothing else.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { peerPython } from "./export/peer-python.mjs";
import { createTables, tableNames } from "./export/tables.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";

const run = promisify(execFile);
const rows = Number(process.env.ROWS ?? 1_000_000);
const rounds = Number(process.env.ROUNDS ?? 5);
const peers = process.env.PEERS ?? "quick";
const script = (name) =>
  fileURLToPath(new URL(`export/${name}`, import.meta.url));

const parquet = { type: "parquet", compression: "zstd", level: null };
const text = { compression: "none", level: null };
const jsonl = { ...text, type: "jsonl", numbers: "digits" };
const csv = { ...text, type: "csv", header: true, null_text: "" };

const quickPeers = [
  "psql to nowhere",
  "psql csv",
  "psql jsonl",
  "psql jsonl, gzip 1",
  "duckdb parquet zstd",
  "duckdb csv",
  "duckdb jsonl",
  "duckdb jsonl zstd",
  "adbc parquet zstd",
  "connectorx parquet zstd",
];
const slowPeers = [
  "duckdb jsonl gzip",
  "dlt parquet",
  "dlt jsonl",
  "sling jsonl",
];

const installation = await startInstallation();
try {
  const wanted = process.env.TABLES?.split(",") ?? tableNames;
  const tables = await createTables(installation.database, rows, wanted);
  const python = peers === "none" ? null : await peerPython();
  const figures = {};
  for (const table of wanted) {
    figures[table] = await compare(
      designsFor({ table, ...tables[table], python }),
    );
  }
  console.log(JSON.stringify({ rounds, ...figures }, null, 2));
} finally {
  await installation.stop();
}

function designsFor({ table, python, ...of }) {
  const refill = (format, streams = 1) =>
    exportOnce(table, of, format, streams);
  const others =
    python === null
      ? []
      : [...quickPeers, ...(peers === "slow" ? slowPeers : [])];
  return {
    server: () => copyToNowhere(table),
    "parquet zstd": () => refill(parquet),
    "parquet zstd, two streams": () => refill(parquet, 2),
    "parquet snappy": () => refill({ ...parquet, compression: "snappy" }),
    csv: () => refill(csv),
    jsonl: () => refill(jsonl),
    "jsonl zstd": () => refill({ ...jsonl, compression: "zstd" }),
    "jsonl gzip 1": () => refill({ ...jsonl, compression: "gzip", level: 1 }),
    ...Object.fromEntries(
      others.map((peer) => [peer, () => peerOnce(python, peer, table)]),
    ),
  };
}

/** The limit: what one backend needs to write all rows in binary. */
async function copyToNowhere(table) {
  const statement = `copy ${table} to '/dev/null' (format binary)`;
  const ms = await timeMs(() => installation.database.query(statement));
  return { seconds: ms / 1_000 };
}

async function exportOnce(
  table,
  { interval, rows: expected },
  format,
  streams,
) {
  const { databaseUrl } = installation;
  const request = { databaseUrl, table, ...interval, streams, format };
  const { stdout } = await run(process.execPath, [
    script("export-once.mjs"),
    JSON.stringify(request),
  ]);
  const result = JSON.parse(stdout);
  if (result.records !== expected) throw new Error(`Got ${result.records}.`);
  return result;
}

/** Null where it can't do it: psql may not be there, and not every program knows every type. */
async function peerOnce(python, peer, table) {
  const args = [script("peer-once.py"), peer, installation.databaseUrl, table];
  try {
    const { stdout } = await run(python, args, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } catch (error) {
    const why = String(error.stderr ?? error).trim();
    console.error(`bench: ${peer} of ${table}: ${why.split("\n").at(-1)}`);
    return null;
  }
}

/** The first round warms the caches and does not count. */
async function compare(designs) {
  const results = Object.fromEntries(
    Object.keys(designs).map((name) => [name, []]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, work] of Object.entries(designs)) {
      const result = await work();
      if (round > 0 && result !== null) results[name].push(result);
    }
    console.error(`bench: round ${round} of ${rounds} is done`);
  }
  const limit = median(results.server.map(({ seconds }) => seconds));
  return Object.fromEntries(
    Object.entries(results)
      .filter(([, of]) => of.length > 0)
      .map(([name, of]) => [name, summary(of, limit)]),
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
