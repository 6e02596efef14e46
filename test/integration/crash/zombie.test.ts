import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import {
  closeGate,
  createGate,
  gatedSource,
  runningCopies,
} from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  quickSettings,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { expectExactFiles, ledgerOf, runsAtWork } from "./exported-files.js";
import { killWorkerProcesses, startWorkerProcess } from "./worker-process.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation({
    // The second worker must not be taken for dead as well, however busy the machine is.
    env: { ...quickSettings, REFILL_HEARTBEAT_TIMEOUT: "8s" },
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "10 seconds",
  });
  await createGate(refill.pool);
  await createEventsExport(refill.context, {
    source: gatedSource,
  });
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

const days = { start: "2024-03-01", end: "2024-03-04", concurrency: 3 };

/** The files as the file system knows them: a file that was published again is another one. */
async function filesOnDisk() {
  const root = join(refill.filesRoot, "events");
  const names = (await readdir(root)).sort();
  const stats = await Promise.all(names.map((name) => stat(join(root, name))));
  return names.map((name, n) => ({
    name,
    ino: stats[n]?.ino,
    mtimeMs: stats[n]?.mtimeMs,
  }));
}

describe("a worker that was taken for dead and comes back", () => {
  test("changes nothing: what the second worker published stands, on the disk and in the ledger", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const zombie = startWorkerProcess(refill);
    const { id } = await start(refill.context, days);
    await until(async () =>
      (await runningCopies(refill.pool)) === 3 ? true : null,
    );
    zombie.signal("SIGSTOP");
    const second = startWorkerProcess(refill);
    await until(async () => {
      const taken = await runsAtWork(refill, id);
      return taken.length === 3 && taken.every(({ attempt }) => attempt === 2)
        ? true
        : null;
    });
    await gate.open();
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    await expectExactFiles(refill, { id });
    const before = await filesOnDisk();
    const ledger = await ledgerOf(refill, id);

    zombie.signal("SIGCONT");
    expect(await zombie.end("SIGTERM")).toBe(0);

    expect(await filesOnDisk()).toEqual(before);
    expect(await ledgerOf(refill, id)).toEqual(ledger);
    expect(ledger).toMatchObject(
      Array.from({ length: 3 }, () => ({
        attempt: 2,
        claimed_by: second.name,
      })),
    );
  });
});
