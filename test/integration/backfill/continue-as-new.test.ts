import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client } from "pg";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../../src/operations/backfills/pause-backfill.js";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import { expectExactFiles, ledgerOf } from "../crash/exported-files.js";
import { earlyServers } from "../servers/servers.js";
import { closeGate, openGates } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  quickSettings,
  start,
  until,
  untilClosed,
} from "./installation.js";
import {
  createStatusLog,
  loggedStatuses,
  type StatusWatch,
  watchStatuses,
} from "./status-log.js";
import { describing, untilIdle } from "./steered.js";

let refill: Installation;
let statuses: StatusWatch;

beforeAll(async () => {
  refill = await createInstallation({
    servers: await earlyServers(),
    env: quickSettings,
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-30",
    every: "1 hour",
  });
  await createEventsExport(refill.context);
  await createStatusLog(refill.pool);
  statuses = await watchStatuses(refill.databaseUrl);
  refill.startWorker();
});

afterAll(async () => {
  await openGates();
  await statuses.end();
  await refill.remove();
});

const sixtyDays = { start: "2024-03-01", end: "2024-04-30", concurrency: 2 };

function workflowOf(id: string) {
  return refill.temporal.workflow.getHandle(backfillWorkflowId(id, 1));
}

/** Running, then ContinuedAsNew and Running as often as it continued as new, then the end. */
function statusesWith(times: number, end: string): readonly string[] {
  return [
    "Starting",
    "Running",
    ...Array.from({ length: times }, () => [
      "ContinuedAsNew",
      "Running",
    ]).flat(),
    end,
  ];
}

describe("a backfill of more work than one Temporal run may hold", () => {
  test("continues in run after run, and shows ContinuedAsNew in between", async () => {
    const { id } = await start(refill.context, sixtyDays);
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 1440n,
      progress: { total_runs: 60, finished_runs: 60, progress: 1 },
    });
    const row = await findBackfill(refill.pool, id);
    const times = row?.execution_index ?? 0;
    expect(times).toBeGreaterThan(1);
    expect(await loggedStatuses(refill.pool, id)).toEqual(
      statusesWith(times, "Completed"),
    );
    const runs = await ledgerOf(refill, id);
    expect(runs.filter(({ attempt }) => attempt !== 1)).toEqual([]);
    await expectExactFiles(refill, { id });
  });
});

describe("a run that takes long", () => {
  test("keeps no other run waiting for the continue-as-new, which comes after it", async () => {
    await refill.pool.query(`
      create function public.is_let_through(at timestamptz) returns boolean language plpgsql volatile as $$
      begin
        if current_query() ilike 'copy %' and at >= '2024-03-05Z' and at < '2024-03-06Z' then
          -- Not a wait for a lock, which the exporter's time limit for those would end.
          while not pg_try_advisory_lock_shared(42) loop perform pg_sleep(0.05); end loop;
          perform pg_advisory_unlock_shared(42);
        end if;
        return true;
      end $$`);
    const gate = await closeGate(refill.databaseUrl);
    await createEventsExport(refill.context, {
      name: "slow",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.events",
        timestamp_column: "at",
        where: "public.is_let_through(at)",
      },
    });
    const { id } = await start(refill.context, {
      ...sixtyDays,
      export: "slow",
    });
    // All but those of its batch, which come after it.
    const before = await until(async () => {
      const row = await findBackfill(refill.pool, id);
      const { completed = 0, running = 0 } = row?.tally ?? {};
      return completed > 50 && running === 1 ? row : null;
    });
    expect(before).toMatchObject({ execution_index: 0, tally: { failed: 0 } });
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 1440n,
    });
    const row = await findBackfill(refill.pool, id);
    expect(row?.execution_index).toBeGreaterThan(0);
    await expectExactFiles(refill, { id, folder: "slow" });
  });
});

async function expectCancelled(id: string): Promise<void> {
  expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
  const ends = (await ledgerOf(refill, id)).map((run) => run.status);
  expect(new Set(ends)).toEqual(new Set(["Completed", "Cancelled"]));
  await until(async () => {
    const { status } = await workflowOf(id).describe();
    return status.name === "CANCELLED" ? true : null;
  });
  const logged = await loggedStatuses(refill.pool, id);
  expect(logged.filter((status) => status === "Cancelled")).toHaveLength(1);
}

describe("a cancel that arrives during a continue-as-new ends Cancelled", () => {
  test("when Temporal hears of it while ContinuedAsNew is being written", async () => {
    const holder = new Client({ connectionString: refill.databaseUrl });
    await holder.connect();
    await refill.pool.query(`
      create function public.hold_continuing() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(43);
        return null;
      end $$;
      create trigger continuing_is_held after update of status on refill.backfill
        for each row when (new.status = 'ContinuedAsNew') execute function public.hold_continuing();`);
    await holder.query("select pg_advisory_lock(43)");
    const { id } = await start(refill.context, sixtyDays);
    await until(async () => ((await isLockAwaited(holder)) ? true : null));
    await workflowOf(id).cancel();
    await until(async () => {
      const { events } = await workflowOf(id).fetchHistory();
      return events?.some(isCancelRequest) === true ? true : null;
    });
    await holder.end();
    await refill.pool.query("drop function public.hold_continuing cascade");
    await expectCancelled(id);
  });

  test.each([0, 2, 5, 10, 20, 40])(
    "when Temporal hears of it %i ms after ContinuedAsNew was written",
    async (afterMs) => {
      const continued = statuses.next("ContinuedAsNew");
      const { id } = await start(refill.context, sixtyDays);
      await continued;
      await delay(afterMs); // a moment to try, not one to wait for
      await workflowOf(id).cancel();
      await expectCancelled(id);
    },
  );

  test.each(["ContinuedAsNew", "Running"])(
    "when an operator asks for it as soon as %s was written",
    async (status) => {
      const continued = statuses.next("ContinuedAsNew");
      const moment =
        status === "Running"
          ? continued.then(() => statuses.next("Running"))
          : continued;
      const { id } = await start(refill.context, sixtyDays);
      await moment;
      await cancelBackfill(refill.context, { id, reason: null });
      await expectCancelled(id);
    },
  );
});

describe("a pause", () => {
  test.each(["ContinuedAsNew", "Running"])(
    "asked for as soon as %s was written holds in the next Temporal run, and a resume completes it",
    async (status) => {
      const continued = statuses.next("ContinuedAsNew");
      const moment =
        status === "Running"
          ? continued.then(() => statuses.next("Running"))
          : continued;
      const { id } = await start(refill.context, sixtyDays);
      await moment;
      await pauseBackfill(refill.context, { id, reason: "in between" });
      await untilIdle(refill, id);
      expect(await describing(refill, id)).toMatchObject({
        status: "Running",
        paused: true,
        paused_reason: "in between",
      });
      await resumeBackfill(refill.context, { id, reason: null });
      expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    },
  );

  test("continues as new too, when so much is asked of a paused backfill that its history fills", async () => {
    const { id } = await start(refill.context, sixtyDays);
    await pauseBackfill(refill.context, { id, reason: null });
    await untilIdle(refill, id);
    const before = (await findBackfill(refill.pool, id))?.execution_index ?? 0;
    const hasContinued = async () => {
      const row = await findBackfill(refill.pool, id);
      return (row?.execution_index ?? 0) > before;
    };
    for (let window = 3; !(await hasContinued()); window += 1) {
      const concurrency = (window % 500) + 1;
      await setConcurrency(refill.context, { id, reason: null, concurrency });
    }
    await untilIdle(refill, id);
    expect(await describing(refill, id)).toMatchObject({
      status: "Running",
      paused: true,
    });
    await resumeBackfill(refill.context, { id, reason: null });
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    await expectExactFiles(refill, { id });
  });
});

async function isLockAwaited(holder: Client): Promise<boolean> {
  const { rowCount } = await holder.query(
    `select 1 from pg_locks
     where database = (select oid from pg_database where datname = current_database())
       and locktype = 'advisory' and objid = 43 and not granted`,
  );
  return rowCount === 1;
}

function isCancelRequest(event: {
  readonly workflowExecutionCancelRequestedEventAttributes?: unknown;
}): boolean {
  return event.workflowExecutionCancelRequestedEventAttributes != null;
}
