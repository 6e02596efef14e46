// How soon pause, set-concurrency and cancel are in force under full load: from the call of the operation that commands and
// API share to the last run begun after it, and to its acknowledgement by a worker. Then `list` with 100,000 backfills.
// ROUNDS: 20 if not set.
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { loadConfig } from "../dist/config/load-config.js";
import { cancelBackfill } from "../dist/operations/backfills/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../dist/operations/backfills/pause-backfill.js";
import { listBackfills } from "../dist/operations/backfills/read-backfill.js";
import { createPool } from "../dist/store/database/pool.js";
import { connectTemporal } from "../dist/temporal/connect.js";
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";

const rounds = Number(process.env.ROUNDS ?? 20);
const lanes = 16;
const listed = 100_000;

const installation = await startInstallation();
const { database, refill } = installation;
const { context, close } = await connect();
try {
  await createEvents(installation, {
    name: "busy",
    start: "2010-01-01",
    end: "2022-01-01",
    every: "1 hour",
    interval: "hour",
  });
  const figures = { rounds, lanes, ms: await measureControls() };
  console.error(JSON.stringify(figures));
  await insertBackfills();
  console.log(
    JSON.stringify({ ...figures, list: await measureList() }, null, 2),
  );
} finally {
  await close();
  await installation.stop();
}

async function measureControls() {
  const paused = [];
  const narrowed = [];
  const cancelled = [];
  let id = await startBusy();
  for (let round = 0; round < rounds; round += 1) {
    paused.push(
      await measure(id, 0, () => pauseBackfill(context, { id, reason: null })),
    );
    await resumeBackfill(context, { id, reason: null });
    await untilBusy(id);
    narrowed.push(
      await measure(id, 1, () =>
        setConcurrency(context, { id, reason: null, concurrency: 1 }),
      ),
    );
    await setConcurrency(context, { id, reason: null, concurrency: lanes });
    await untilBusy(id);
    cancelled.push(await measureCancel(id));
    id = await startBusy();
  }
  await refill("backfill", "cancel", id, "--abort");
  return {
    pause: summary(paused),
    set_concurrency: summary(narrowed),
    cancel: summary(cancelled),
  };
}

async function measureCancel(id) {
  const startedMs = Date.now();
  const measured = await measure(id, 0, () =>
    cancelBackfill(context, { id, reason: null }),
  );
  // Its finished_at is of the closing transaction's beginning.
  await untilOne(
    "select 1 from refill.backfill where id = $1 and finished_at is not null",
    [id],
  );
  return { ...measured, closedMs: Date.now() - startedMs };
}

/** All on one machine, so that the database's clock is this process's. `room`: how many may still be at work. */
async function measure(id, room, command) {
  const startedMs = Date.now();
  let isAcknowledged;
  const acknowledgedMs = await timeMs(async () => {
    ({ acknowledged: isAcknowledged } = await command());
  });
  if (!isAcknowledged) throw new Error("no worker acknowledged it");
  await untilOne(
    `select 1 where (select count(*) from refill.run where open_backfill_id = $1 and status = 'Running') <= $2`,
    [id, room],
  );
  // A lane of the narrower window begins runs for ever; what is told is of the others.
  const { rows } = await database.query(
    `select coalesce(max(extract(epoch from claimed_at)) * 1000, 0)::float8 as at
     from refill.run where backfill_id = $1 and slot >= $2 and claimed_at >= to_timestamp($3::float8 / 1000)`,
    [id, room, startedMs],
  );
  const lastBegunMs = Math.max(0, rows[0].at - startedMs);
  return { acknowledgedMs, lastBegunMs };
}

async function startBusy() {
  const { id } = await refill(
    "backfill",
    "start",
    "busy",
    "--start",
    "2010-01-01",
    "--end",
    "2022-01-01",
    "--concurrency",
    String(lanes),
  );
  await untilBusy(id);
  return id;
}

/** Every lane has begun a run within the last second. */
async function untilBusy(id) {
  await untilOne(
    `select 1 where (
       select count(distinct slot) from refill.run where backfill_id = $1 and claimed_at > now() - interval '1 second'
     ) = $2`,
    [id, lanes],
  );
}

async function untilOne(query, values) {
  for (;;) {
    const { rowCount } = await database.query(query, values);
    if (rowCount > 0) return;
    await delay(5);
  }
}

function summary(measured) {
  return Object.fromEntries(
    Object.keys(measured[0]).map((name) => {
      const values = measured.map((one) => one[name]);
      return [
        name.replace(/Ms$/, ""),
        {
          p50: Math.round(median(values)),
          max: Math.round(Math.max(...values)),
        },
      ];
    }),
  );
}

/** Closed ones of a run each, a minute apart. */
async function insertBackfills() {
  await database.query(`
    create table public.made as
      select gen_random_uuid() as id, n, b.batch_export_id, b.temporal_cluster_id
      from generate_series(1, ${listed}) n, (select * from refill.backfill limit 1) b;
    insert into refill.backfill (
      id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, concurrency, requested_by, status,
      temporal_namespace, temporal_cluster_id, planned_at, plan_digest, total_runs, created_at, started_at
    )
    select id, 1, batch_export_id, 1, '2010-01-01', '2010-01-02', '2010-01-02', 'oldest', 4, 'bench', 'Running', 'elsewhere',
      temporal_cluster_id, now(), 'digest', 1, now() - n * interval '1 minute', now()
    from made;
    insert into refill.run (
      backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end, status, attempt, records_completed,
      bytes_exported, files, finished_at
    )
    select id, batch_export_id, 0, '2010-01-01', '2010-01-02', 'Completed', 1, 24, 1000, '[]', now() from made;`);
  // The trigger that holds each closing to its tally would look for one row among so many without an index.
  await database.query("analyze refill.backfill, refill.run, refill.run_tally");
  await database.query(`
    update refill.backfill b set status = 'Completed', finished_at = now(), total_records = 24
    from public.made where b.id = made.id;
    analyze refill.backfill`);
}

async function measureList() {
  const request = { export: "busy", team: null, status: null, limit: 50 };
  const operationMs = [];
  for (let round = 0; round < rounds; round += 1) {
    operationMs.push(await timeMs(() => listBackfills(context, request)));
  }
  return {
    backfills: listed,
    operation_ms: median(operationMs),
    command_seconds:
      (await timeMs(() => refill("backfill", "list", "--export", "busy"))) /
      1_000,
    client_alone_seconds:
      (await timeMs(() => refill("export", "list"))) / 1_000,
  };
}

async function connect() {
  const { databaseUrl, temporalAddress } = installation;
  const env = { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress };
  const config = loadConfig({ env, cwd: tmpdir() });
  const pool = createPool({
    connectionString: databaseUrl,
    max: 4,
    applicationName: "bench",
  });
  const gateway = await connectTemporal({
    address: temporalAddress,
    explicit: false,
    taskQueue: config.taskQueue,
  });
  return {
    context: {
      config,
      pool,
      temporalUiUrl: null,
      requestedBy: "bench",
      connections: { policy: config.access, env, defaultUrl: databaseUrl },
      temporal: () => Promise.resolve(gateway),
      nowMs: Date.now,
    },
    close: async () => {
      await gateway.close();
      await pool.end();
    },
  };
}
