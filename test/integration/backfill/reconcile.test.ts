import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { RefillError } from "../../../src/domain/errors.js";
import { closeBackfill } from "../../../src/operations/backfills/close-backfill.js";
import { describeBackfill } from "../../../src/operations/backfills/describe-backfill.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { reconcileBackfill } from "../../../src/operations/backfills/reconcile-backfill.js";
import { reconcileBackfills } from "../../../src/operations/backfills/reconcile-backfills.js";
import type { OperationContext } from "../../../src/operations/context.js";
import {
  type BackfillRow,
  findBackfill,
  listBackfillRows,
} from "../../../src/store/backfills/backfill-row.js";
import { connectTemporal } from "../../../src/temporal/connect.js";
import type { TemporalGateway } from "../../../src/temporal/gateway.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
} from "./installation.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await createEventsExport(refill.context);
});

/** No test leaves an open backfill to the next. */
afterEach(async () => {
  for (const { id, generation } of await openRows()) {
    await workflowOf(id, generation)
      .terminate()
      .catch(() => undefined); // some were never started
    await closeBackfill(refill.pool, { backfillId: id, generation }, () => ({
      status: "Terminated",
      failure: null,
    }));
  }
});

afterAll(async () => {
  await refill.remove();
});

const week = { start: "2024-03-01", end: "2024-03-08" };
const noSignal = new AbortController().signal;

async function openRows(): Promise<readonly BackfillRow[]> {
  const rows = await listBackfillRows(refill.pool, {
    batchExportId: null,
    team: null,
    status: null,
    limit: 100,
  });
  return rows.filter((row) => row.finished_at === null);
}

async function rowOf(id: string): Promise<BackfillRow> {
  const row = await findBackfill(refill.pool, id);
  if (row === null) throw new Error(`Expected backfill ${id}`);
  return row;
}

/** What no operation does: changes a backfill's row by hand, and lets the next read ask Temporal at once. */
async function set(id: string, changes: string, ...values: unknown[]) {
  await refill.pool.query(
    `update refill.backfill set reconciled_at = null, ${changes} where id = $1`,
    [id, ...values],
  );
}

/** The context as it is, but for some of what its gateway to Temporal does. */
async function withGateway(
  changes: (real: TemporalGateway) => Partial<TemporalGateway>,
): Promise<OperationContext> {
  const real = await refill.context.temporal();
  const gateway = { ...real, ...changes(real) };
  return { ...refill.context, temporal: () => Promise.resolve(gateway) };
}

/** A backfill whose row is there while its start never reached Temporal: the client died in between. */
async function startUnsent(): Promise<string> {
  const cut = await withGateway(() => ({
    startBackfill: () =>
      Promise.reject(
        new RefillError("TEMPORAL_UNAVAILABLE", "Cut off before the start"),
      ),
  }));
  await start(cut, week).catch(() => undefined);
  const [row] = await openRows();
  if (row === undefined) throw new Error("Expected the row of a backfill");
  return row.id;
}

function workflowOf(id: string, generation = 1) {
  return refill.temporal.workflow.getHandle(backfillWorkflowId(id, generation));
}

async function executionStatus(id: string, generation = 1): Promise<string> {
  return (await workflowOf(id, generation).describe()).status.name;
}

describe("a start that never reached Temporal", () => {
  test("is made up for by the reconciler, once", async () => {
    const id = await startUnsent();
    expect(await rowOf(id)).toMatchObject({
      status: "Starting",
      start_confirmed_at: null,
    });
    await expect(workflowOf(id).describe()).rejects.toThrow();

    const summary = await reconcileBackfills(refill.context, noSignal);
    expect(summary).toEqual({
      checked: 1,
      started: 1,
      closed: [],
      problems: [],
    });
    expect(await executionStatus(id)).toBe("RUNNING");
    const { start_confirmed_at, first_execution_run_id } = await rowOf(id);
    expect(start_confirmed_at).not.toBeNull();
    expect(first_execution_run_id).toBe(
      (await workflowOf(id).describe()).runId,
    );

    await set(id, "start_confirmed_at = null");
    const again = await reconcileBackfills(refill.context, noSignal);
    expect(again).toMatchObject({ started: 0, closed: [], problems: [] });
    expect((await rowOf(id)).status).toBe("Starting");
  });

  test("is made up for by a read of that backfill too", async () => {
    const id = await startUnsent();
    const { backfill, warning } = await getBackfill(refill.context, { id });
    expect({ status: backfill.status, warning }).toEqual({
      status: "Starting",
      warning: null,
    });
    expect(await executionStatus(id)).toBe("RUNNING");
  });
});

describe("a workflow that Temporal no longer knows", () => {
  test("though its start was confirmed, closes the backfill as Failed with the reason", async () => {
    const id = await startUnsent();
    await set(id, "start_confirmed_at = now()");
    const { backfill } = await getBackfill(refill.context, { id });
    expect(backfill.status).toBe("Failed");
    expect(backfill.finished_at).not.toBeNull();
    const { description } = await describeBackfill(refill.context, { id });
    expect(description.error).toMatchObject({
      code: "WORKFLOW_LOST",
      retryable: false,
    });
    await expect(workflowOf(id).describe()).rejects.toThrow();
  });
});

describe("the workflow of an earlier generation", () => {
  test("closes nothing when it was terminated: the row is of a later one", async () => {
    const { id } = await start(refill.context, week);
    const earlier = await rowOf(id);
    await workflowOf(id).terminate("by hand");
    await set(id, "generation = 2, start_confirmed_at = null");

    const { closed } = await reconcileBackfill(refill.context, earlier);
    expect(closed).toBeNull();
    expect((await rowOf(id)).status).toBe("Starting");

    await set(id, "generation = 2");
    await getBackfill(refill.context, { id });
    expect(await executionStatus(id, 1)).toBe("TERMINATED");
    expect(await executionStatus(id, 2)).toBe("RUNNING");
    await set(id, "generation = 2");
    const { backfill } = await getBackfill(refill.context, { id });
    expect(backfill.status).toBe("Starting");
  });
});

describe("another Temporal cluster", () => {
  test("is never asked about a backfill: even one whose workflow is gone here is left alone, and it says so", async () => {
    const { id } = await start(refill.context, week);
    await workflowOf(id).terminate("by hand");
    await set(id, "temporal_cluster_id = 'another'");
    const { clusterId } = await refill.context.temporal();

    const { backfill, warning } = await getBackfill(refill.context, { id });
    expect(backfill.status).toBe("Starting");
    expect(warning).toContain("runs on Temporal cluster another");
    expect(warning).toContain(`connected is ${clusterId}`);
    const summary = await reconcileBackfills(refill.context, noSignal);
    expect(summary).toEqual({
      checked: 1,
      started: 0,
      closed: [],
      problems: [warning],
    });
    expect((await rowOf(id)).status).toBe("Starting");
  });
});

describe("a backfill whose workflow is open", () => {
  test.each(["Starting", "Running", "ContinuedAsNew"])(
    "is left as it is while it shows as %s",
    async (status) => {
      const { id } = await start(refill.context, week);
      await set(id, "status = $2", status);
      const before = await rowOf(id);
      const { backfill, warning } = await getBackfill(refill.context, { id });
      expect({ status: backfill.status, warning }).toEqual({
        status,
        warning: null,
      });
      expect(await rowOf(id)).toEqual(before);
    },
  );

  test("is handed a cancel that was recorded while Temporal was away", async () => {
    const { id } = await start(refill.context, week);
    await set(id, "cancel_requested_at = now(), cancel_mode = 'stop'");
    await getBackfill(refill.context, { id });
    const { events } = await workflowOf(id).fetchHistory();
    const requests = (events ?? []).filter(
      (event) => event.workflowExecutionCancelRequestedEventAttributes != null,
    );
    expect(requests).toHaveLength(1);
  });
});

describe("what Temporal says", () => {
  test("is asked for at most once a second, however many read the backfill", async () => {
    const { id } = await start(refill.context, week);
    let asked = 0;
    const counting = await withGateway((real) => ({
      describe: (workflowId) => {
        asked += 1;
        return real.describe(workflowId);
      },
    }));
    await set(id, "note = 'read by many'");
    const beginMs = await serverTimeMs();
    await until(async () => {
      await Promise.all(
        Array.from({ length: 20 }, () => getBackfill(counting, { id })),
      );
      return asked >= 3 ? asked : null;
    });
    const seconds = ((await serverTimeMs()) - beginMs) / 1_000;
    expect(asked).toBeLessThanOrEqual(Math.floor(seconds) + 1);
  });

  test("is not asked for while someone is writing the row: a read does not wait for that", async () => {
    const { id } = await start(refill.context, week);
    const writer = await refill.pool.connect();
    try {
      await writer.query("begin");
      await writer.query(
        "select 1 from refill.backfill where id = $1 for update",
        [id],
      );
      const { backfill, warning } = await getBackfill(refill.context, { id });
      expect(backfill).toMatchObject({ id, status: "Starting" });
      expect(warning).toBeNull();
    } finally {
      await writer.query("rollback");
      writer.release();
    }
  });

  test("cannot be had while it is away: the row is answered as it is, with a warning", async () => {
    const { id } = await start(refill.context, week);
    const context: OperationContext = {
      ...refill.context,
      temporal: () =>
        connectTemporal({
          address: "127.0.0.1:1",
          explicit: false,
          taskQueue: refill.config.taskQueue,
          settings: refill.config.workflows,
        }),
    };
    const { backfill, warning } = await getBackfill(context, { id });
    expect(backfill).toMatchObject({ id, status: "Starting" });
    expect(warning).toMatch(/^Temporal is away/);
    await expect(reconcileBackfills(context, noSignal)).rejects.toMatchObject({
      code: "TEMPORAL_UNAVAILABLE",
    });
  });

  test("is not guessed at when it is new to Refill: an error, and the row as it was", async () => {
    const { id } = await start(refill.context, week);
    const context = await withGateway(() => ({
      describe: () =>
        Promise.resolve({
          status: "UNKNOWN",
          firstRunId: null,
          taskFailure: null,
        }),
    }));
    await set(id, "note = 'unknown'");
    await expect(getBackfill(context, { id })).rejects.toMatchObject({
      code: "INTERNAL",
    });
    await set(id, "note = 'unknown'");
    const { problems } = await reconcileBackfills(context, noSignal);
    expect(problems).toMatchObject([expect.stringContaining("UNKNOWN")]);
    expect((await rowOf(id)).status).toBe("Starting");
  });
});

async function serverTimeMs(): Promise<number> {
  const { rows } = await refill.pool.query<{ ms: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms`,
  );
  return rows[0]?.ms ?? NaN;
}
