// 1,000,000 runs of a minute each, with data in 1% of them: seconds from start to Completed, whether the last tenth takes
// longer than the first, the worker's memory at its peak, and how long an operator's questions take on such a ledger.
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { countEvents, timeMs, workerPeakMb } from "./measure.mjs";

const start = "2020-01-01";
const end = "2021-11-25T10:40:00Z";

const installation = await startInstallation();
const { database, refill } = installation;
try {
  await createEvents(installation, {
    name: "million",
    start,
    end,
    every: "100 minutes",
    interval: "every 1 minutes",
  });
  let backfill;
  const seconds = async (...args) =>
    (await timeMs(() => refill(...args))) / 1000;
  const planSeconds = await seconds(
    "backfill",
    "plan",
    "million",
    "--start",
    start,
    "--end",
    end,
  );
  const startToEndMs = await timeMs(async () => {
    backfill = await refill(
      "backfill",
      "start",
      "million",
      "--start",
      start,
      "--end",
      end,
      "--wait",
    );
  });
  const peakMb = await workerPeakMb(installation.dev.pid);
  const { events, executions } = await countEvents(installation, backfill.id);
  const figures = {
    status: backfill.status,
    runs: backfill.progress.total_runs,
    records: backfill.total_records_count,
    plan_seconds: planSeconds,
    seconds: startToEndMs / 1000,
    seconds_per_tenth_of_the_exports: await secondsPerTenth(backfill.id),
    worker_peak_mb: peakMb,
    temporal_events: events,
    temporal_executions: executions,
    client_alone_seconds: await seconds("export", "list"),
    list_seconds: await seconds("backfill", "list"),
    describe_seconds: await seconds("backfill", "describe", backfill.id),
    runs_page_seconds: await seconds(
      "backfill",
      "runs",
      backfill.id,
      "--after",
      "900000",
    ),
    coverage_seconds: await seconds("export", "coverage", "million"),
  };
  console.log(JSON.stringify(figures, null, 2));
} finally {
  await installation.stop();
}

/** Of the runs that exported something, in the order in which they ended. */
async function secondsPerTenth(id) {
  const { rows } = await database.query(
    `select round(extract(epoch from max(finished_at) - min(finished_at)), 2)::double precision as seconds
     from (
       select finished_at, ntile(10) over (order by finished_at) as tenth
       from refill.run where backfill_id = $1 and attempt > 0
     ) exported
     group by tenth order by tenth`,
    [id],
  );
  return rows.map((row) => row.seconds);
}
