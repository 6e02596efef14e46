import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { isRefillError } from "../../../src/domain/errors.js";
import type { ServerName } from "../../../src/embedded/servers.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";
import { expectExactFiles, ledgerOf } from "./exported-files.js";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.js";

let servers: OwnServers;
let refill: Installation;

beforeAll(async () => {
  servers = await startOwnServers();
  refill = await createInstallation({
    servers,
    env: { REFILL_RUN_MAX_ATTEMPTS: "10" },
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "20 minutes",
  });
});

afterEach(killWorkerProcesses);

afterAll(async () => {
  await refill.remove();
  await servers.remove();
});

/** Starts a backfill of 744 runs and answers once some of them, but by far not all, are done. */
async function startAndGetGoing(name: string) {
  await createEventsExport(refill.context, { name, interval: "hour" });
  startWorkerProcess(refill);
  const { id } = await start(refill.context, {
    export: name,
    start: "2024-03-01T00:00:00Z",
    end: "2024-04-01T00:00:00Z",
    concurrency: 4,
  });
  const moment = 1 + Math.floor(Math.random() * 200);
  await until(async () => {
    const runs = await ledgerOf(refill, id);
    const done = runs.filter((run) => run.status === "Completed").length;
    return done >= moment ? done : null;
  });
  return id;
}

function killServer(name: ServerName): number {
  const pid = servers.pids[name];
  if (pid === null) throw new Error(`Expected ${name} to run`);
  process.kill(pid, "SIGKILL");
  return pid;
}

/** Another process than the killed one, under the same address. */
async function untilRestarted(name: ServerName, killed: number) {
  await until(() => {
    const pid = servers.pids[name];
    return Promise.resolve(pid !== null && pid !== killed ? pid : null);
  });
}

/** What was read, or null while the ledger's database is away. */
async function unlessAway<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isRefillError(error) && error.code === "DATABASE_UNAVAILABLE") {
      return null;
    }
    throw error;
  }
}

async function expectComplete(id: string, folder: string): Promise<void> {
  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Completed",
    total_records_count: 2232n,
    progress: { total_runs: 744, finished_runs: 744, progress: 1 },
  });
  await expectExactFiles(refill, { id, folder });
}

describe("a server that is killed in the middle of a backfill", () => {
  test("Temporal: reads go on with a warning, the backfill goes on when it is back, and the files add up", async () => {
    const id = await startAndGetGoing("temporal-killed");
    await servers.hold("temporal");
    const { backfill, warning } = await until(async () => {
      const reading = await getBackfill(refill.context, { id });
      return reading.warning === null ? null : reading;
    });
    expect(backfill.status).toBe("Running");
    expect(warning).toMatch(/^Temporal is away, so this is what the ledger/);
    await servers.release("temporal");
    await untilRestarted("temporal", killServer("temporal"));
    await expectComplete(id, "temporal-killed");
  });

  test("Postgres: the backfill goes on when it is back, and the files add up with the table and the ledger", async () => {
    const id = await startAndGetGoing("postgres-killed");
    await untilRestarted("postgres", killServer("postgres"));
    await until(() => unlessAway(() => ledgerOf(refill, id)));
    await expectComplete(id, "postgres-killed");
  });

  test("both at once: the backfill goes on when they are back, and the files add up", async () => {
    const id = await startAndGetGoing("both-killed");
    const killed = (["temporal", "postgres"] as const).map(
      (name) => [name, killServer(name)] as const,
    );
    for (const [name, pid] of killed) await untilRestarted(name, pid);
    await until(() => unlessAway(() => ledgerOf(refill, id)));
    await expectComplete(id, "both-killed");
  });
});
