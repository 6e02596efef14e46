// A decade of hours, 87,648 runs, with data in about 1% of them: seconds from start to Completed, the worker's memory at
// its peak, and, in the same run, what the same count of intervals costs Postgres alone: the ledger's rows by COPY.
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { countEvents, timeMs, workerPeakMb } from "./measure.mjs";

const installation = await startInstallation();
try {
  await createEvents(installation, {
    name: "decade",
    start: "2010-01-01",
    end: "2020-01-01",
    every: "100 hours",
    interval: "hour",
  });
  let backfill;
  const refillMs = await timeMs(async () => {
    backfill = await installation.refill(
      "backfill",
      "start",
      "decade",
      "--start",
      "2010-01-01",
      "--end",
      "2020-01-01",
      "--wait",
    );
  });
  const copyMs = await timeMs(() =>
    installation.database.query(`
      create table public.copied as
      select * from refill.run where backfill_id = '${backfill.id}'`),
  );
  const { events, executions } = await countEvents(installation, backfill.id);
  const runs = backfill.progress.total_runs;
  console.log(
    JSON.stringify(
      {
        status: backfill.status,
        runs,
        records: backfill.total_records_count,
        seconds: refillMs / 1000,
        times_a_copy_of_the_ledger: refillMs / copyMs,
        worker_peak_mb: await workerPeakMb(installation.dev.pid),
        temporal_events: events,
        temporal_executions: executions,
      },
      null,
      2,
    ),
  );
} finally {
  await installation.stop();
}
