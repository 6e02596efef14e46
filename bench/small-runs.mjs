// What a run of few rows costs in a process that is warm: medians in milliseconds, each kind of run after the other in turn.
// ROUNDS: 200 if not set.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFormat } from "../dist/transfer/formats/format-registry.js";
import { stageRun } from "../dist/transfer/stage-run.js";
import { openFolder, openTable, withoutLedger } from "./export/open-export.mjs";
import { createEventTable } from "./export/tables.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";

const rounds = Number(process.env.ROUNDS ?? 200);
/** The table has a row every 5 s. */
const rowMs = 5_000;
const table = "bench_events";
const jsonl = {
  type: "jsonl",
  compression: "none",
  level: null,
  numbers: "digits",
};
const parquet = { type: "parquet", compression: "zstd", level: null };

const installation = await startInstallation();
const filesRoot = await mkdtemp(join(tmpdir(), "refill-bench-"));
try {
  const { database, databaseUrl } = installation;
  const all = await createEventTable(database, 100_000);
  const source = openTable(databaseUrl, table);
  const destination = openFolder(filesRoot);
  let files = 0;
  const run = async (format, interval) => {
    const staged = await stageRun({
      ...withoutLedger(interval),
      source,
      destination,
      format: createFormat(format),
      key: `run-${(files += 1)}`,
    });
    await staged.publish();
  };
  const rowsFrom = (rows) => {
    const startMs = all.startMs + Math.floor(Math.random() * 90_000) * rowMs;
    return { startMs, endMs: startMs + rows * rowMs };
  };
  const nothing = { startMs: all.startMs - 3_600_000, endMs: all.startMs };
  const copyAlone = ({ startMs, endMs }) =>
    database.query(
      `copy (select * from ${table} where at >= to_timestamp(${startMs / 1_000}) and at < to_timestamp(${endMs / 1_000})) to '/dev/null' (format binary)`,
    );
  const works = {
    "select 1": () => database.query("select 1"),
    "copy of no row": () => copyAlone(nothing),
    "run of no row, jsonl": () => run(jsonl, nothing),
    "copy of 15 rows": () => copyAlone(rowsFrom(15)),
    "run of 15 rows, jsonl": () => run(jsonl, rowsFrom(15)),
    "copy of 926 rows": () => copyAlone(rowsFrom(926)),
    "run of 926 rows, jsonl": () => run(jsonl, rowsFrom(926)),
    "run of 926 rows, parquet": () => run(parquet, rowsFrom(926)),
  };
  const results = Object.fromEntries(Object.keys(works).map((n) => [n, []]));
  for (let round = -20; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const ms = await timeMs(work);
      if (round >= 0) results[name].push(ms);
    }
  }
  await source.close();
  const medians = Object.entries(results).map(([name, ms]) => [
    name,
    Number(median(ms).toFixed(2)),
  ]);
  console.log(
    JSON.stringify({ rounds, ms: Object.fromEntries(medians) }, null, 2),
  );
} finally {
  await rm(filesRoot, { recursive: true });
  await installation.stop();
}
