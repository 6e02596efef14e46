import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { liveWorkflowId } from "../../../src/contract/schedule.js";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { exportCoverage } from "../../../src/operations/coverage/export-coverage.js";
import { updateExport } from "../../../src/operations/exports/update-export.js";
import { deleteSchedule } from "../../../src/operations/schedules/steer-schedule.js";
import {
  closeGate,
  createGate,
  gatedSource,
  openGates,
  runningCopies,
} from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import {
  at,
  fireFor,
  liveRunObjects,
  liveRuns,
  schedule,
  untilFired,
} from "./scheduled.js";

let refill: Installation;

const gated = {
  source: gatedSource,
} as const;

async function install(env: Readonly<Record<string, string>> = {}) {
  refill = await createInstallation({ env });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "6 hours",
  });
  await createGate(refill.pool);
}

beforeEach(() => openGates());
afterEach(async () => {
  await openGates();
  await refill.remove();
});

test("an interval that a backfill is at work on is waited for, then skipped with the reason", async () => {
  await install();
  await createEventsExport(refill.context, gated);
  const gate = await closeGate(refill.databaseUrl);
  refill.startWorker();
  const { id } = await start(refill.context, {
    start: "2024-03-02",
    end: "2024-03-03",
  });
  await until(async () =>
    (await runningCopies(refill.pool)) === 1 ? true : null,
  );
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"));
  await fireFor(refill, made, {
    start: "2024-03-02T23:30:00Z",
    end: "2024-03-03T00:30:00Z",
  });
  // It was looked at, and put off.
  await until(async () => {
    const { rowCount } = await refill.pool.query(
      `select 1 from refill.run where schedule_id = $1 and next_attempt_at is not null`,
      [made.id],
    );
    return rowCount === 1 ? true : null;
  });
  await gate.open();
  await untilClosed(refill.context, id);
  await untilFired(refill, "2024-03-03T00:00:00Z");
  expect(await liveRunObjects(refill)).toMatchObject([
    {
      status: "Completed",
      records_completed: 0n,
      attempt: 0,
      files: [],
      skip_reason: `exported after the firing by backfill ${id}`,
    },
  ]);
});

test("a backfill that fills every slot of the worker does not keep a live run waiting", async () => {
  await install({
    REFILL_MAX_CONCURRENT_EXPORTS: "2",
    REFILL_MAX_SOURCE_CONNECTIONS: "2",
  });
  await createEventsExport(refill.context, gated);
  await createEventsExport(refill.context, { name: "live" });
  const gate = await closeGate(refill.databaseUrl);
  refill.startWorker();
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-03-11",
    concurrency: 8,
    stopAfter: 0,
  });
  await until(async () =>
    (await runningCopies(refill.pool)) === 2 ? true : null,
  );
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"), {
    export: "live",
  });
  await fireFor(refill, made, {
    start: "2024-03-02T23:30:00Z",
    end: "2024-03-03T00:30:00Z",
  });
  await untilFired(refill, "2024-03-03T00:00:00Z", "live");
  expect(await liveRuns(refill, "live")).toEqual([
    "2024-03-02T00:00:00Z 2024-03-03T00:00:00Z Completed 4",
  ]);
  expect(await runningCopies(refill.pool)).toBe(2);
  await gate.open();
  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Completed",
  });
});

test("a live run that loses its worker after its schedule was deleted is cancelled, and its exporter ends", async () => {
  await install({ REFILL_SHUTDOWN_GRACE: "0s" });
  await createEventsExport(refill.context, gated);
  const gate = await closeGate(refill.databaseUrl);
  const worker = refill.startWorker();
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"));
  await fireFor(refill, made, {
    start: "2024-03-02T23:30:00Z",
    end: "2024-03-03T00:30:00Z",
  });
  await until(async () =>
    (await runningCopies(refill.pool)) === 1 ? true : null,
  );
  await deleteSchedule(refill.context, { schedule: made.id, team: null });
  await worker.stop();
  await gate.open();
  refill.startWorker();
  const statuses = await until(async () => {
    const { rows } = await refill.pool.query<{ status: string }>(
      "select status from refill.run where schedule_id = $1",
      [made.id],
    );
    const isOver = rows.every(
      ({ status }) => !["Starting", "Running"].includes(status),
    );
    return isOver ? rows.map(({ status }) => status) : null;
  });
  expect(statuses).toEqual(["Cancelled"]);
  const exporter = refill.temporal.workflow.getHandle(liveWorkflowId(made.id));
  await exporter.result();
  expect((await exporter.describe()).status.name).toBe("COMPLETED");
});

test("what a backfill of an older definition writes after a live run of the current one is stale", async () => {
  await install();
  await createEventsExport(refill.context, gated);
  const gate = await closeGate(refill.databaseUrl);
  refill.startWorker();
  const days = { start: "2024-03-02", end: "2024-03-04" };
  const { id } = await start(refill.context, { ...days, concurrency: 1 });
  await until(async () =>
    (await runningCopies(refill.pool)) === 1 ? true : null,
  );
  await updateExport(refill.context, {
    export: "events",
    team: null,
    definition: validateDefinition({
      name: "events",
      team: 1,
      interval: "day",
      source: { ...gated.source, where: "true" },
      destination: {
        type: "files",
        path: "events",
        key: "{data_interval_start}-{data_interval_end}",
      },
      format: { type: "jsonl", compression: "none" },
    }),
  });
  const made = await schedule(at(refill, "2024-03-03T15:00:00Z"));
  await fireFor(refill, made, {
    start: "2024-03-03T23:30:00Z",
    end: "2024-03-04T00:30:00Z",
  });
  await untilFired(refill, "2024-03-04T00:00:00Z");
  const coverage = async () =>
    (
      await exportCoverage(refill.context, {
        export: "events",
        team: null,
        ...days,
      })
    ).intervals;
  expect(await coverage()).toMatchObject({ covered: 1, open: 1 });
  await gate.open();
  await untilClosed(refill.context, id);
  expect(await coverage()).toMatchObject({ covered: 0, stale: 2 });
});
