// 100,000 runs of one record each: runs a second, and Temporal's events a run. Before and after it, on the same servers, table and
// disk and with as many at a time: a plain workflow with an activity for each run, and `temporal schedule backfill` of a
// workflow with an activity that does nothing. Fewer of those, told as rates. And what the disk and Postgres take for
// Refill's durable writes with nothing else: a file synced and renamed, two small commits.
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { countEvents, timeMs } from "./measure.mjs";
import { startPeers } from "./peers/peers.mjs";

const RUNS = Number(process.env.RUNS ?? 100_000);
const PLAIN_RUNS = 2_000;
const SCHEDULED_RUNS = 500;
const FLOOR_RUNS = 10_000;
const LANES = 4;
const HOUR_MS = 3_600_000;
const startMs = Date.UTC(2010, 0, 1);
const end = new Date(startMs + RUNS * HOUR_MS).toISOString();

const installation = await startInstallation();
let peers;
try {
  await createEvents(installation, {
    name: "tiny",
    start: new Date(startMs).toISOString(),
    end,
    every: "1 hour",
    interval: "hour",
  });
  peers = await startPeers(installation, {
    table: "public.tiny",
    lanes: LANES,
  });
  const before = await measurePeers(0);
  const floorMs = await timeMs(() => writeFloor(installation));
  const refill = await measureRefill();
  const after = await measurePeers(1);
  const plain = mean(before.plain, after.plain);
  const scheduled = mean(before.scheduled, after.scheduled);
  console.log(
    JSON.stringify(
      {
        refill,
        durable_writes_alone_per_second: FLOOR_RUNS / (floorMs / 1_000),
        plain_workflow: [before.plain, after.plain],
        schedule_backfill: [before.scheduled, after.scheduled],
        times_as_fast_as: {
          plain_workflow: refill.runs_per_second / plain.runs_per_second,
          schedule_backfill: refill.runs_per_second / scheduled.runs_per_second,
        },
        times_fewer_events_than: {
          plain_workflow:
            plain.temporal_events_per_run / refill.temporal_events_per_run,
          schedule_backfill:
            scheduled.temporal_events_per_run / refill.temporal_events_per_run,
        },
      },
      null,
      2,
    ),
  );
} finally {
  await peers?.stop();
  await installation.stop();
}

async function measureRefill() {
  let backfill;
  const ms = await timeMs(async () => {
    backfill = await installation.refill(
      "backfill",
      "start",
      "tiny",
      "--end",
      end,
      "--concurrency",
      String(LANES),
      "--wait",
    );
  });
  const runs = backfill.progress.total_runs;
  const { events, executions } = await countEvents(installation, backfill.id);
  return {
    status: backfill.status,
    runs,
    seconds: ms / 1_000,
    runs_per_second: runs / (ms / 1_000),
    temporal_events_per_run: events / runs,
    temporal_executions: executions,
  };
}

/** Each round on hours of its own. */
async function measurePeers(round) {
  const from = startMs + round * PLAIN_RUNS * HOUR_MS;
  const hours = { startMs: from, stepMs: HOUR_MS };
  return {
    plain: await peers.plain({ ...hours, runs: PLAIN_RUNS }),
    scheduled: await peers.scheduled({ ...hours, runs: SCHEDULED_RUNS }),
  };
}

/** Of the times taken, so that both rounds count alike. */
function mean(one, other) {
  return {
    runs_per_second: 2 / (1 / one.runs_per_second + 1 / other.runs_per_second),
    temporal_events_per_run:
      (one.temporal_events_per_run + other.temporal_events_per_run) / 2,
  };
}

async function writeFloor({ database, dataDir }) {
  const folder = join(dataDir, "floor");
  await mkdir(folder);
  await database.query("create table public.floor (n integer)");
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < FLOOR_RUNS; n = next++) {
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
