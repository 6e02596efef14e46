import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  test,
} from "@jest/globals";
import { Client } from "pg";
import { reconcileWorkflowType } from "../../../src/contract/backfill-workflow.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../../src/operations/backfills/pause-backfill.js";
import {
  closeGate,
  gateCondition,
  runningCopies,
} from "../../integration/backfill/gate.js";
import {
  createEventsExport,
  type Installation,
  until,
} from "../../integration/backfill/installation.js";
import { describing, untilIdle } from "../../integration/backfill/steered.js";
import { keepHistory, removeUnreleased } from "../recorded-histories.js";
import { install, record, source, startDays, workflowOf } from "./recording.js";

let refill: Installation;

beforeAll(() => {
  removeUnreleased("backfill");
  removeUnreleased("reconcile");
});

/** A definition whose one day fails, in a way that may pass, until it is cured. */
async function troubled({
  pool,
}: Installation): Promise<Readonly<Record<string, unknown>>> {
  await pool.query(`
    create table public.trouble (at timestamptz);
    insert into public.trouble values ('2024-03-03');
    create function public.untroubled(day timestamptz) returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' and exists (select from public.trouble where at = date_trunc('day', day, 'UTC')) then
        raise exception 'busy' using errcode = '40001';
      end if;
      return true;
    end $$`);
  return { source: { ...source, where: "public.untroubled(at)" } };
}

/** The moment at which nothing is left to do but to wait for the troubled day's next attempt. */
async function untilWaiting(refill: Installation, id: string): Promise<void> {
  await until(async () => {
    const { events } = await workflowOf(refill, id).fetchHistory();
    const isWaiting = events?.some(
      (event) => event.timerStartedEventAttributes != null,
    );
    return isWaiting === true ? true : null;
  });
}

describe("a backfill of a few days", () => {
  beforeEach(async () => {
    refill = await install();
  });
  afterEach(() => refill.remove());

  test("completed", async () => {
    await createEventsExport(refill.context);
    refill.startWorker();
    const { id } = await startDays(refill);
    await record(refill, "completed", id, "Completed");
  });

  test("completed without data", async () => {
    await createEventsExport(refill.context);
    refill.startWorker();
    const { id } = await startDays(refill, {
      start: "2020-01-01",
      end: "2020-02-01",
    });
    await record(refill, "empty-range", id, "Completed");
  });

  test("queued behind another, and completed after it", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    await startDays(refill);
    const { id } = await startDays(refill, { overlap: "queue" });
    await untilWaiting(refill, id);
    await gate.open();
    await record(refill, "queued", id, "Completed");
  });

  test("cancelled in the queue", async () => {
    await createEventsExport(refill.context);
    await startDays(refill);
    const { id } = await startDays(refill, { overlap: "queue" });
    await workflowOf(refill, id).cancel();
    refill.startWorker();
    await record(refill, "queued-cancelled", id, "Cancelled");
  });

  test("failed by one run", async () => {
    await createEventsExport(refill.context);
    const blocked = "20240303T000000Z-20240304T000000Z.jsonl";
    await mkdir(join(refill.filesRoot, "events", blocked), { recursive: true });
    refill.startWorker();
    const { id } = await startDays(refill);
    await record(refill, "failed-run", id, "Failed");
  });

  test("failed by its plan", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, table: "public.nowhere" },
    });
    refill.startWorker();
    const { id } = await startDays(refill);
    await record(refill, "plan-failed", id, "Failed");
  });

  test("completed in a second pass", async () => {
    await createEventsExport(refill.context, await troubled(refill));
    refill.startWorker();
    const { id } = await startDays(refill);
    await untilWaiting(refill, id);
    await refill.pool.query("delete from public.trouble");
    await record(refill, "second-pass", id, "Completed");
  });

  test("failed when attempts were spent", async () => {
    await createEventsExport(refill.context, await troubled(refill));
    refill.startWorker();
    const { id } = await startDays(refill);
    await record(refill, "attempts-spent", id, "FailedRetryable");
  });

  test("cancelled before a worker was up", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays(refill);
    await cancelBackfill(refill.context, { id, reason: null });
    refill.startWorker();
    await record(refill, "cancelled-at-start", id, "Cancelled");
  });

  test("cancelled while it plans", async () => {
    await createEventsExport(refill.context);
    const holder = new Client({ connectionString: refill.databaseUrl });
    await holder.connect();
    await holder.query("begin; lock table public.events");
    refill.startWorker();
    const { id } = await startDays(refill);
    await until(async () => ((await isWaitingForTable(holder)) ? true : null));
    await cancelBackfill(refill.context, { id, reason: null });
    await record(refill, "cancelled-while-planning", id, "Cancelled");
    await holder.end();
  });

  test("cancelled while it exports", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    const { id } = await startDays(refill);
    await until(async () =>
      (await runningCopies(refill.pool)) === 2 ? true : null,
    );
    await cancelBackfill(refill.context, { id, reason: null });
    await record(refill, "cancelled-while-exporting", id, "Cancelled");
    await gate.open();
  });

  test("cancelled while it waits for another attempt", async () => {
    await createEventsExport(refill.context, await troubled(refill));
    refill.startWorker();
    const { id } = await startDays(refill);
    await untilWaiting(refill, id);
    await cancelBackfill(refill.context, { id, reason: null });
    await record(refill, "cancelled-while-waiting", id, "Cancelled");
  });

  test("paused, told by a signal, lowered, and resumed", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays(refill);
    await pauseBackfill(refill.context, { id, reason: "not now" });
    refill.startWorker();
    await untilIdle(refill, id);
    await setConcurrency(refill.context, { id, reason: null, concurrency: 1 });
    await resumeBackfill(refill.context, { id, reason: null });
    await record(refill, "paused", id, "Completed");
  });

  test("drained while it exports", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    const { id } = await startDays(refill);
    await until(async () =>
      (await runningCopies(refill.pool)) === 2 ? true : null,
    );
    await cancelBackfill(refill.context, { id, reason: null, mode: "drain" });
    await gate.open();
    await record(refill, "drained", id, "Cancelled");
  });

  test("paused by its failures, mended and resumed, each time with a canary", async () => {
    await createEventsExport(refill.context);
    const exportsFolder = join(refill.filesRoot, "events");
    await writeFile(exportsFolder, "in the way");
    refill.startWorker();
    const { id } = await startDays(refill, { stopAfter: 2 });
    await until(async () =>
      (await describing(refill, id)).paused_by === "failures" ? true : null,
    );
    await untilIdle(refill, id);
    await rm(exportsFolder);
    await resumeBackfill(refill.context, { id, reason: "mended" });
    await record(refill, "paused-by-failures", id, "Failed");
  });

  test("a look over the open backfills", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays(refill);
    await workflowOf(refill, id).terminate("to be found");
    refill.startWorker();
    const { taskQueue, workflows } = refill.config;
    const { heartbeatTimeoutMs } = workflows;
    const handle = await refill.temporal.workflow.start(reconcileWorkflowType, {
      taskQueue,
      args: [{ heartbeatTimeoutMs }],
      workflowId: `${taskQueue}-recorded`,
    });
    await handle.result();
    keepHistory("reconcile/reconcile", await handle.fetchHistory());
  });
});

async function isWaitingForTable(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_locks where relation = 'public.events'::regclass and not granted`,
  );
  return (rowCount ?? 0) > 0;
}
