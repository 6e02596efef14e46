// The peers' worker, in a process of its own as Refill's is. It says "ready" once it polls, and ends on SIGTERM.
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NativeConnection, Worker } from "@temporalio/worker";
import pg from "pg";

const { TEMPORAL, DATABASE, FOLDER, TABLE, LANES } = process.env;
const pool = new pg.Pool({
  connectionString: DATABASE,
  max: Number(LANES),
});

/** The rows of an interval as JSON lines in a file of its own, which is on disk when this returns. */
async function exportInterval({ startMs, endMs }) {
  const { rows } = await pool.query({
    name: "rows",
    text: `select row_to_json(t)::text as line from ${TABLE} t where at >= to_timestamp($1::float8) and at < to_timestamp($2::float8)`,
    values: [startMs / 1_000, endMs / 1_000],
  });
  const [year, month, day] = new Date(startMs).toISOString().split(/[-T]/);
  const path = join(FOLDER, year, month, day, `${startMs}-${endMs}`);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.part`, "w");
  await file.write(rows.map(({ line }) => `${line}\n`).join(""));
  await file.sync();
  await file.close();
  await rename(`${path}.part`, path);
  const parent = await open(dirname(path), "r");
  await parent.sync();
  await parent.close();
  return rows.length;
}

const connection = await NativeConnection.connect({ address: TEMPORAL });
const worker = await Worker.create({
  connection,
  taskQueue: "peers",
  workflowsPath: fileURLToPath(new URL("workflows.mjs", import.meta.url)),
  activities: { exportInterval, noOp: () => Promise.resolve() },
  maxConcurrentActivityTaskExecutions: Number(LANES),
});
const running = worker.run();
console.log("ready");
await running;
await connection.close();
await pool.end();
