import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { minServerVersion } from "../../../src/embedded/temporal/version.js";
import {
  pauseBackfill,
  resumeBackfill,
} from "../../../src/operations/backfills/pause-backfill.js";
import { createGate, openGates } from "../backfill/gate.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  untilClosed,
} from "../backfill/installation.js";
import {
  describing,
  runsByStatus,
  startAndCancel,
  startHeld,
  untilIdle,
} from "../backfill/steered.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";

const temporalCommand = process.env["REFILL_TEST_FLOOR_TEMPORAL"];
const minor = /^\d+\.\d+\./.exec(minServerVersion)?.[0] ?? "";
const name = `on the oldest server that is supported, ${minor}x`;

if (temporalCommand === undefined) {
  describe.skip(`${name} (skipped: pip can't bring it to this machine)`, tests);
} else describe(name, tests);

function tests(): void {
  let servers: OwnServers;
  let refill: Installation;
  beforeAll(async () => {
    servers = await startOwnServers({
      temporalCommand: temporalCommand ?? "",
    });
    refill = await createInstallation({ servers });
    await createEvents(refill.pool, {
      start: "2024-04-01",
      end: "2024-05-01",
      every: "1 hour",
    });
    await createGate(refill.pool);
    refill.startWorker();
  });
  afterEach(openGates);
  afterAll(async () => {
    await refill.remove();
    await servers.remove();
  });

  test("a backfill is paused, resumed and completed", async () => {
    const { serverVersion } =
      await refill.temporal.workflowService.getSystemInfo({});
    expect(serverVersion).toMatch(minor);

    const { id, gate } = await startHeld(refill, "paused");
    const paused = await pauseBackfill(refill.context, { id, reason: null });
    expect(paused).toMatchObject({ acknowledged: true, warning: null });
    await gate.open();
    await untilIdle(refill, id);
    expect(await runsByStatus(refill, id)).toEqual({
      Completed: 2,
      Starting: 28,
    });
    expect((await describing(refill, id)).paused).toBe(true);

    await resumeBackfill(refill.context, { id, reason: null });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 720n,
      progress: { total_runs: 30, finished_runs: 30 },
    });
  });

  test("a backfill is cancelled, and ends the runs that it has begun", async () => {
    const id = await startAndCancel(refill, "cancelled");
    expect(await runsByStatus(refill, id)).toEqual({
      Completed: 2,
      Cancelled: 28,
    });
  });
}
