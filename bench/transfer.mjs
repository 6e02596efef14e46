// One stream of JSON lines and of CSV, not compressed, to synced local files with their SHA-256, against psql writing the same rows to /dev/null.
// Needs psql on PATH. In the database of DATABASE_URL where that is set, else in one of its own. ROWS: 1,000,000 if not set.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import pg from "pg";
import { createDestination } from "../dist/transfer/destinations/destination-registry.js";
import { createFormat } from "../dist/transfer/formats/format-registry.js";
import { openPostgresSource } from "../dist/transfer/sources/postgres/postgres-source.js";
import { stageRun } from "../dist/transfer/stage-run.js";
import { startInstallation } from "./installation.mjs";

const run = promisify(execFile);
const installation =
  process.env.DATABASE_URL === undefined ? await startInstallation() : null;
const databaseUrl = process.env.DATABASE_URL ?? installation.databaseUrl;
const rows = Number(process.env.ROWS ?? 1_000_000);
const rounds = Number(process.env.ROUNDS ?? 7);
const table = "refill_bench_transfer";
const interval = {
  startMs: Date.UTC(2001, 0, 1),
  endMs: Date.UTC(2001, 0, 1) + rows * 5_000,
};
const condition = `departed_at >= '2001-01-01Z' and departed_at < timestamptz '2001-01-01Z' + ${rows} * interval '5 seconds'`;

const jsonl = {
  type: "jsonl",
  compression: "none",
  level: null,
  numbers: "digits",
};
const csv = { ...jsonl, type: "csv", header: false, null_text: "" };
const contenders = {
  "refill, jsonl": () => refill(jsonl),
  "psql, the same JSON": () =>
    psql(
      `(select row_to_json(r) from (select * from ${table} where ${condition}) r) to stdout (format csv, quote e'\\x01', delimiter e'\\x02')`,
    ),
  "refill, csv": () => refill(csv),
  "psql, the same CSV": () =>
    psql(`(select * from ${table} where ${condition}) to stdout (format csv)`),
  "psql, the plain table": () => psql(`${table} to stdout`),
};

await makeTable();
const seconds = Object.fromEntries(
  Object.keys(contenders).map((name) => [name, []]),
);
for (let round = 0; round <= rounds; round += 1) {
  for (const [name, work] of Object.entries(contenders)) {
    const begin = performance.now();
    const cleanUp = await work();
    const took = (performance.now() - begin) / 1_000;
    await cleanUp?.();
    if (round > 0) seconds[name].push(took); // the first round warms up
  }
}
await onServer(`drop table ${table}`);
await installation?.stop();
report();

async function makeTable() {
  await onServer(`
    drop table if exists ${table};
    create table ${table} as
      select timestamptz '2001-01-01Z' + i * interval '5 seconds' as departed_at, i % 200 - 20 as delay, i % 2500 as distance,
        chr(65 + i % 26) || 'FK' as origin, chr(90 - i % 26) || 'AX' as destination, 1.5 * i as score, i as id
      from generate_series(0, ${rows - 1}) as i (i);
    create index on ${table} (departed_at);
    vacuum analyze ${table}`);
}

async function onServer(statements) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const statement of statements.split(";")) await client.query(statement);
  await client.end();
}

async function psql(copy) {
  await run("/bin/sh", [
    "-c",
    'exec psql --no-psqlrc --quiet --command "$1" "$2" > /dev/null',
    "sh",
    `copy ${copy}`,
    databaseUrl,
  ]);
}

async function refill(definition) {
  const filesRoot = await mkdtemp(join(tmpdir(), "refill-bench-"));
  const format = createFormat(definition);
  const destination = createDestination({
    definition: {
      type: "files",
      path: "out",
      key: "unused",
      max_file_size_mb: null,
    },
    access: { filesRoot },
  });
  const source = openPostgresSource({
    connectionString: databaseUrl,
    definition: {
      type: "postgres",
      connection: "default",
      table,
      query: null,
      timestamp_column: "departed_at",
      timestamp_timezone: null,
      columns: null,
      where: null,
    },
    exportTimeZone: "UTC",
    isDefaultConnection: false,
    planned: null,
    slots: null,
  });
  const staged = await stageRun({
    source,
    format,
    destination,
    key: "all",
    token: 1,
    maxFileBytes: null,
    interval,
    facts: {},
    label: "bench",
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  await staged.publish();
  await source.close();
  if (staged.records !== rows) throw new Error(`Wrote ${staged.records} rows.`);
  return () => rm(filesRoot, { recursive: true });
}

function report() {
  const median = (name) =>
    seconds[name].toSorted((one, other) => one - other)[
      Math.floor(seconds[name].length / 2)
    ];
  for (const name of Object.keys(contenders)) {
    const rate = Math.round(rows / median(name)).toLocaleString("en");
    console.log(`${name}: ${median(name).toFixed(3)} s, ${rate} rows/s`);
  }
  const ratio = (one, other) => (median(other) / median(one)).toFixed(2);
  console.log(
    [
      `Ratios of medians of ${rounds} interleaved rounds, ${rows} rows; above 1 is faster than psql:`,
      `jsonl against psql with the same JSON: ${ratio("refill, jsonl", "psql, the same JSON")}`,
      `csv against psql with the same CSV: ${ratio("refill, csv", "psql, the same CSV")}`,
      `jsonl against psql with the plain table: ${ratio("refill, jsonl", "psql, the plain table")}`,
      `csv against psql with the plain table: ${ratio("refill, csv", "psql, the plain table")}`,
    ].join("\n"),
  );
}
