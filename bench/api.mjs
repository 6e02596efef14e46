// The API with 100,000 backfills and 1,000,000 runs in the tables, at 200 requests a second that are sent when they are due
// whether or not the ones before were answered: p50 and p99 of GET one and of GET list, from when each was due. Then the
// memory of the serving process with 200 event streams of an open backfill, and without.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { residentMb } from "./measure.mjs";
import { seedBackfills } from "./seed-ledger.mjs";

const BACKFILLS = 100_000;
const RUNS_EACH = 10;
const EXPORTS = 10;
const REQUESTS_PER_SECOND = 200;
const SECONDS = 30;
const STREAMS = 200;

const installation = await startInstallation();
const server = await startServer();
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
try {
  const names = await createExports();
  const ids = await seed(names);
  await load(names, ids, 5); // warms up
  const latency = await load(names, ids, SECONDS);
  console.log(
    JSON.stringify(
      {
        backfills: BACKFILLS,
        runs: BACKFILLS * RUNS_EACH,
        requests_per_second: REQUESTS_PER_SECOND,
        ...latency,
        ...(await measureStreams()),
      },
      null,
      2,
    ),
  );
} finally {
  agent.destroy();
  await server.stop();
  await installation.stop();
}

/** `refill server` as a process of its own, so that what it takes is its alone. */
async function startServer() {
  const env = {
    ...process.env,
    REFILL_DATA_DIR: installation.dataDir,
    REFILL_API_PORT: "0",
    REFILL_API_REQUESTS_PER_SECOND: "100000",
  };
  const client = fileURLToPath(new URL("../dist/client.js", import.meta.url));
  const child = spawn(process.execPath, [client, "server", "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [text] = await once(child.stdout.setEncoding("utf8"), "data");
  const { key } = await installation.refill(
    "key",
    "create",
    "--team",
    "1",
    "--scope",
    "batch_export:write",
  );
  return {
    url: JSON.parse(text).api_url,
    key,
    pid: child.pid,
    stop: async () => {
      const exit = once(child, "exit");
      child.kill("SIGINT");
      await exit;
    },
  };
}

async function createExports() {
  const names = Array.from({ length: EXPORTS }, (_, n) => `served_${n}`);
  for (const name of names) {
    await createEvents(installation, {
      name,
      start: "2020-01-01",
      end: "2020-01-02",
      every: "1 hour",
      interval: "hour",
    });
  }
  return names;
}

/** The ids of all backfills by export. */
async function seed(names) {
  const { database } = installation;
  const { rows: exports } = await database.query(
    "select id, name from refill.batch_export where name = any($1)",
    [names],
  );
  await seedBackfills(database, {
    exportIds: exports.map(({ id }) => id),
    backfills: BACKFILLS,
    runs: RUNS_EACH,
  });
  const { rows } = await database.query(
    "select e.name, b.id from refill.backfill b join refill.batch_export e on e.id = b.batch_export_id",
  );
  const ids = new Map(names.map((name) => [name, []]));
  for (const { name, id } of rows) ids.get(name).push(id);
  return ids;
}

/** Half of the requests read one backfill, half the first page of an export's list. */
async function load(names, ids, seconds) {
  const times = { one: [], list: [] };
  const answers = [];
  const count = REQUESTS_PER_SECOND * seconds;
  const startedMs = performance.now();
  for (let n = 0; n < count; n += 1) {
    const dueMs = startedMs + (n * 1_000) / REQUESTS_PER_SECOND;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const name = anyOf(names);
    const base = `/api/projects/1/batch_exports/${name}/backfills/`;
    const isOne = n % 2 === 0;
    const id = anyOf(ids.get(name));
    answers.push(
      get(isOne ? `${base}${id}/` : base).then((status) => {
        if (status !== 200) throw new Error(`Expected 200; got ${status}`);
        times[isOne ? "one" : "list"].push(performance.now() - dueMs);
      }),
    );
  }
  await Promise.all(answers);
  return {
    get_one_ms: quantiles(times.one),
    get_list_ms: quantiles(times.list),
  };
}

function anyOf(values) {
  return values[Math.floor(Math.random() * values.length)];
}

function get(path) {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, server.url),
      { agent, headers: { authorization: `Bearer ${server.key}` } },
      (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      },
    );
    asked.on("error", reject).end();
  });
}

function quantiles(times) {
  const ascending = times.sort((a, b) => a - b);
  const at = (share) => ascending[Math.floor((ascending.length - 1) * share)];
  return {
    requests: times.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
  };
}

/** Streams of one backfill that is at work, each a connection. */
async function measureStreams() {
  const name = "streamed";
  const range = { start: "2020-01-01", end: "2020-03-01" };
  await createEvents(installation, {
    name,
    ...range,
    every: "1 minute",
    interval: "every 5 minutes",
  });
  const { id } = await installation.refill(
    "backfill",
    "start",
    name,
    "--start",
    range.start,
    "--end",
    range.end,
    "--concurrency",
    "1",
  );
  await delay(5_000);
  const before = await residentMb(server.pid);
  const streams = [];
  let messages = 0;
  const path = `/api/projects/1/batch_exports/${name}/backfills/${id}/events`;
  for (let n = 0; n < STREAMS; n += 1) {
    streams.push(await openStream(path, () => (messages += 1)));
  }
  await delay(15_000);
  const after = await residentMb(server.pid);
  for (const stream of streams) stream.destroy();
  return {
    event_streams: STREAMS,
    chunks_received: messages,
    resident_mb_before: before,
    resident_mb_with_streams: after,
  };
}

function openStream(path, onChunk) {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, server.url),
      { agent, headers: { authorization: `Bearer ${server.key}` } },
      (answer) => {
        if (answer.statusCode !== 200) {
          reject(new Error(`Expected 200; got ${answer.statusCode}`));
          return;
        }
        answer.on("data", onChunk).on("error", () => undefined);
        resolve(asked);
      },
    );
    asked.on("error", reject).end();
  });
}
