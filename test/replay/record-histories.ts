import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "@jest/globals";
import { Client } from "pg";
import * as contract from "../../src/contract/backfill-workflow.js";
import { verifyWorkflowId } from "../../src/contract/verification.js";
import type { BackfillStatus } from "../../src/domain/status.js";
import { cancelBackfill } from "../../src/operations/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../src/operations/pause-backfill.js";
import type { StartRequest } from "../../src/operations/start-backfill.js";
import {
  cancelVerification,
  readVerification,
  startVerification,
} from "../../src/operations/verify-backfill.js";
import { findBackfill } from "../../src/store/backfill-row.js";
import {
  closeGate,
  createGate,
  gateCondition,
  runningCopies,
} from "../integration/backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  start,
  until,
  untilClosed,
  type Installation,
} from "../integration/backfill/installation.js";
import { describing, untilIdle } from "../integration/backfill/steered.js";
import {
  startOwnServers,
  type OwnServers,
} from "../integration/servers/servers.js";
import { keepHistory, removeUnreleased } from "./recorded-histories.js";

// Not a test: jest only runs it, because it can run TypeScript and has the servers. See CONTRIBUTING.md for when to.
let refill: Installation;
beforeAll(removeUnreleased);
const source = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
};

const fourDays = { start: "2024-03-01", end: "2024-03-05", concurrency: 2 };

/** An installation of its own for each recording; the worker is started by it, at the moment that suits. */
async function install(servers?: OwnServers): Promise<void> {
  refill = await createInstallation(servers === undefined ? {} : { servers });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-30",
    every: "6 hours",
  });
  await createGate(refill.pool);
}

function startDays(request: Partial<StartRequest> = {}) {
  return start(refill.context, { ...fourDays, ...request });
}

/** Keeps the history of a backfill's one Temporal run, once that has ended as it should. */
async function record(
  name: string,
  id: string,
  status: BackfillStatus,
): Promise<void> {
  expect(await untilClosed(refill.context, id)).toMatchObject({ status });
  const handle = workflowOf(id);
  await handle.result().catch(() => undefined); // a backfill that failed is a workflow that did
  keepHistory(name, await handle.fetchHistory());
}

function workflowOf(id: string) {
  return refill.temporal.workflow.getHandle(contract.backfillWorkflowId(id, 1));
}

/** A definition whose one day fails, in a way that may pass, until it is cured. */
async function troubled(): Promise<Readonly<Record<string, unknown>>> {
  await refill.pool.query(`
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
async function untilWaiting(id: string): Promise<void> {
  await until(async () => {
    const { events } = await workflowOf(id).fetchHistory();
    const isWaiting = events?.some(
      (event) => event.timerStartedEventAttributes != null,
    );
    return isWaiting === true ? true : null;
  });
}

describe("a backfill of a few days", () => {
  beforeEach(() => install());
  afterEach(() => refill.remove());

  test("completed", async () => {
    await createEventsExport(refill.context);
    refill.startWorker();
    const { id } = await startDays();
    await record("completed", id, "Completed");
  });

  test("completed without data", async () => {
    await createEventsExport(refill.context);
    refill.startWorker();
    const { id } = await startDays({ start: "2020-01-01", end: "2020-02-01" });
    await record("empty-range", id, "Completed");
  });

  test("failed by one run", async () => {
    await createEventsExport(refill.context);
    const blocked = "20240303T000000Z-20240304T000000Z.jsonl";
    await mkdir(join(refill.filesRoot, "events", blocked), { recursive: true });
    refill.startWorker();
    const { id } = await startDays();
    await record("failed-run", id, "Failed");
  });

  test("failed by its plan", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, table: "public.nowhere" },
    });
    refill.startWorker();
    const { id } = await startDays();
    await record("plan-failed", id, "Failed");
  });

  test("completed in a second pass", async () => {
    await createEventsExport(refill.context, await troubled());
    refill.startWorker();
    const { id } = await startDays();
    await untilWaiting(id);
    await refill.pool.query("delete from public.trouble");
    await record("second-pass", id, "Completed");
  });

  test("failed when attempts were spent", async () => {
    await createEventsExport(refill.context, await troubled());
    refill.startWorker();
    const { id } = await startDays();
    await record("attempts-spent", id, "FailedRetryable");
  });

  test("cancelled before a worker was up", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays();
    await cancelBackfill(refill.context, { id, reason: null });
    refill.startWorker();
    await record("cancelled-at-start", id, "Cancelled");
  });

  test("cancelled while it plans", async () => {
    await createEventsExport(refill.context);
    const holder = new Client({ connectionString: refill.databaseUrl });
    await holder.connect();
    await holder.query("begin; lock table public.events");
    refill.startWorker();
    const { id } = await startDays();
    await until(async () => ((await isWaitingForTable(holder)) ? true : null));
    await cancelBackfill(refill.context, { id, reason: null });
    await record("cancelled-while-planning", id, "Cancelled");
    await holder.end();
  });

  test("cancelled while it exports", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    const { id } = await startDays();
    await until(async () =>
      (await runningCopies(refill.pool)) === 2 ? true : null,
    );
    await cancelBackfill(refill.context, { id, reason: null });
    await record("cancelled-while-exporting", id, "Cancelled");
    await gate.open();
  });

  test("cancelled while it waits for another attempt", async () => {
    await createEventsExport(refill.context, await troubled());
    refill.startWorker();
    const { id } = await startDays();
    await untilWaiting(id);
    await cancelBackfill(refill.context, { id, reason: null });
    await record("cancelled-while-waiting", id, "Cancelled");
  });

  test("paused, told by a signal, lowered, and resumed", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays();
    await pauseBackfill(refill.context, { id, reason: "not now" });
    refill.startWorker();
    await untilIdle(refill, id);
    await setConcurrency(refill.context, { id, reason: null, concurrency: 1 });
    await resumeBackfill(refill.context, { id, reason: null });
    await record("paused", id, "Completed");
  });

  test("drained while it exports", async () => {
    await createEventsExport(refill.context, {
      source: { ...source, where: gateCondition },
    });
    const gate = await closeGate(refill.databaseUrl);
    refill.startWorker();
    const { id } = await startDays();
    await until(async () =>
      (await runningCopies(refill.pool)) === 2 ? true : null,
    );
    await cancelBackfill(refill.context, { id, reason: null, mode: "drain" });
    await gate.open();
    await record("drained", id, "Cancelled");
  });

  test("paused by its failures, mended and resumed, each time with a canary", async () => {
    await createEventsExport(refill.context);
    const exportsFolder = join(refill.filesRoot, "events");
    await writeFile(exportsFolder, "in the way");
    refill.startWorker();
    const { id } = await startDays({ stopAfter: 2 });
    await until(async () =>
      (await describing(refill, id)).paused_by === "failures" ? true : null,
    );
    await untilIdle(refill, id);
    await rm(exportsFolder);
    await resumeBackfill(refill.context, { id, reason: "mended" });
    await record("paused-by-failures", id, "Failed");
  });

  test("a look over the open backfills", async () => {
    await createEventsExport(refill.context);
    const { id } = await startDays();
    await workflowOf(id).terminate("to be found");
    refill.startWorker();
    const { taskQueue } = refill.config;
    const handle = await refill.temporal.workflow.start(
      contract.reconcileWorkflowType,
      {
        taskQueue,
        workflowId: `${taskQueue}-recorded`,
      },
    );
    await handle.result();
    keepHistory("reconcile", await handle.fetchHistory());
  });
});

describe("a backfill that continues as new after 40 events", () => {
  let servers: OwnServers;

  beforeAll(async () => {
    servers = await startOwnServers({
      dynamicConfig: { "limit.historyCount.suggestContinueAsNew": "40" },
    });
    await install(servers);
    await createEventsExport(refill.context);
  });
  afterAll(async () => {
    await refill.remove();
    await servers.remove();
  });

  /** Keeps the history of each Temporal run, from the first to the last. */
  async function recordChain(
    name: string,
    id: string,
    status: BackfillStatus,
  ): Promise<void> {
    expect(await untilClosed(refill.context, id)).toMatchObject({ status });
    const row = await findBackfill(refill.pool, id);
    let runId: string | null = row?.first_execution_run_id ?? null;
    for (let index = 1; runId !== null; index += 1) {
      const handle = refill.temporal.workflow.getHandle(
        contract.backfillWorkflowId(id, 1),
        runId,
        { followRuns: false },
      );
      await handle.result().catch(() => undefined); // it ends by continuing as new
      const history = await handle.fetchHistory();
      keepHistory(`${name}-${index}`, history);
      const last = history.events?.at(-1);
      runId =
        last?.workflowExecutionContinuedAsNewEventAttributes
          ?.newExecutionRunId ?? null;
    }
  }

  test("completed", async () => {
    refill.startWorker();
    const { id } = await startDays({ end: "2024-04-10" });
    await recordChain("handed-over", id, "Completed");
  });

  test("cancelled while it hands over", async () => {
    await refill.pool.query(`
      create function public.hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(43); return null; end $$;
      create trigger hand_over_is_held after update of status on refill.backfill
        for each row when (new.status = 'ContinuedAsNew') execute function public.hold();`);
    const holder = new Client({ connectionString: refill.databaseUrl });
    await holder.connect();
    await holder.query("select pg_advisory_lock(43)");
    const { id } = await startDays({ end: "2024-04-10" });
    await until(async () => ((await isLockAwaited(holder)) ? true : null));
    await workflowOf(id).cancel();
    await holder.end();
    await recordChain("cancelled-at-hand-over", id, "Cancelled");
  });
});

async function isWaitingForTable(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_locks where relation = 'public.events'::regclass and not granted`,
  );
  return (rowCount ?? 0) > 0;
}

async function isLockAwaited(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_locks where locktype = 'advisory' and objid = 43 and not granted`,
  );
  return (rowCount ?? 0) > 0;
}

describe("a verification", () => {
  beforeEach(() => install());
  afterEach(() => refill.remove());

  /** Verifies a completed backfill. With no worker up, where `stopped`. */
  async function verification({ stopped }: { readonly stopped: boolean }) {
    await createEventsExport(refill.context);
    const worker = refill.startWorker();
    const { id } = await startDays();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
    });
    if (stopped) await worker.stop();
    return startVerification(refill.context, { id, deep: false });
  }

  async function recordVerification(
    name: string,
    { id }: { readonly id: string },
    status: string,
  ): Promise<void> {
    const handle = refill.temporal.workflow.getHandle(verifyWorkflowId(id));
    await handle.result().catch(() => undefined);
    const found = await readVerification(refill.context, { id });
    expect(found.status).toBe(status);
    keepHistory(name, await handle.fetchHistory());
  }

  test("of a completed backfill", async () => {
    const begun = await verification({ stopped: false });
    await recordVerification("verified", begun, "Completed");
  });

  test("that is cancelled", async () => {
    const begun = await verification({ stopped: true });
    await cancelVerification(refill.context, begun);
    refill.startWorker();
    await recordVerification("verification-cancelled", begun, "Cancelled");
  });

  test("of a source that is gone", async () => {
    const begun = await verification({ stopped: true });
    await refill.pool.query("drop table public.events cascade");
    refill.startWorker();
    await recordVerification("verification-failed", begun, "Failed");
  });
});
