import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { timeMs } from "../measure.mjs";

const taskQueue = "peers";

/** What one would use in place of Refill, on the servers of an installation, with as many activities at a time. */
export async function startPeers(installation, { table, lanes }) {
  const { temporal, dataDir } = installation;
  const worker = spawn(
    process.execPath,
    [fileURLToPath(new URL("worker.mjs", import.meta.url))],
    {
      env: {
        ...process.env,
        TEMPORAL: installation.temporalAddress,
        TABLE: table,
        DATABASE: installation.databaseUrl,
        LANES: String(lanes),
        FOLDER: join(dataDir, "plain"),
      },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  await once(worker.stdout, "data");
  return {
    plain: (range) => plain(temporal, { ...range, lanes }),
    scheduled: (range) => scheduled(temporal, range),
    stop: async () => {
      const exit = once(worker, "exit");
      worker.kill("SIGTERM");
      await exit;
    },
  };
}

/** A workflow with an activity for each run, without a ledger: nobody could say what became of which interval. */
async function plain(temporal, { startMs, stepMs, runs, lanes }) {
  const workflowId = `plain-${startMs}`;
  const ms = await timeMs(() =>
    temporal.workflow.execute("plainExport", {
      taskQueue,
      workflowId,
      args: [{ next: 0, to: runs, lanes, startMs, stepMs }],
    }),
  );
  const query = `WorkflowId = '${workflowId}'`;
  return figures(runs, ms, await eventsOf(temporal, query));
}

/** As many workflows as there are intervals, each with one activity that does nothing. */
async function scheduled(temporal, { startMs, stepMs, runs }) {
  const scheduleId = `scheduled-${startMs}`;
  const handle = await temporal.schedule.create({
    scheduleId,
    spec: { intervals: [{ every: stepMs }] },
    action: {
      type: "startWorkflow",
      workflowType: "noOpOnce",
      taskQueue,
      workflowId: scheduleId,
      args: [],
    },
    state: { paused: true },
  });
  const ms = await timeMs(async () => {
    await handle.backfill({
      // A nominal time at the very start counts too.
      start: new Date(startMs + 1),
      end: new Date(startMs + runs * stepMs),
      overlap: "ALLOW_ALL",
    });
    await untilCount(temporal, done(scheduleId), runs);
  });
  const events = await eventsOf(temporal, done(scheduleId));
  await handle.delete();
  return figures(runs, ms, events);
}

function done(scheduleId) {
  return `TemporalScheduledById = '${scheduleId}' and ExecutionStatus = 'Completed'`;
}

async function untilCount(temporal, query, wanted) {
  for (;;) {
    const { count } = await temporal.workflow.count(query);
    if (count >= wanted) return;
    await delay(100);
  }
}

async function eventsOf(temporal, query) {
  let events = 0;
  for await (const found of temporal.workflow.list({ query })) {
    events += found.historyLength;
  }
  return events;
}

function figures(runs, ms, events) {
  return {
    runs,
    runs_per_second: runs / (ms / 1_000),
    temporal_events_per_run: events / runs,
  };
}
