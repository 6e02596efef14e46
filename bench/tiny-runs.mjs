// 10,000 runs of one record each: runs a second, and Temporal's events a run. Beside it, in the same run, what the disk
// and Postgres take for the same durable writes with nothing else: a file synced and renamed, two small commits.
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { countEvents, timeMs } from "./measure.mjs";

const RUNS = 10_000;
const LANES = 4;

const installation = await startInstallation();
try {
  await createEvents(installation, {
    name: "tiny",
    start: "2020-01-01",
    end: "2021-02-20T16:00:00Z",
    every: "1 hour",
    interval: "hour",
  });
  const floorMs = await timeMs(() => writeFloor(installation));
  let backfill;
  const refillMs = await timeMs(async () => {
    backfill = await installation.refill(
      ...["backfill", "start", "tiny", "--end", "2021-02-20T16:00:00Z"],
      ...["--concurrency", String(LANES), "--wait"],
    );
  });
  const { events, executions } = await countEvents(installation, backfill.id);
  const runs = backfill.progress.total_runs;
  console.log(
    JSON.stringify(
      {
        status: backfill.status,
        runs,
        seconds: refillMs / 1000,
        runs_per_second: runs / (refillMs / 1000),
        durable_writes_alone_per_second: RUNS / (floorMs / 1000),
        ratio: floorMs / refillMs,
        temporal_events_per_run: events / runs,
        temporal_executions: executions,
      },
      null,
      2,
    ),
  );
} finally {
  await installation.stop();
}

async function writeFloor({ database, dataDir }) {
  const folder = join(dataDir, "floor");
  await mkdir(folder);
  await database.query("create table public.floor (n integer)");
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < RUNS; n = next++) {
      const file = await open(join(folder, `${n}.part`), "wx");
      await file.write('{"id":1,"at":"2020-01-01T00:00:00+00:00"}\n');
      await file.sync();
      await file.close();
      await rename(join(folder, `${n}.part`), join(folder, String(n)));
      const parent = await open(folder, "r");
      await parent.sync();
      await parent.close();
      await database.query("insert into public.floor values (1)");
      await database.query("insert into public.floor values (1)");
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
