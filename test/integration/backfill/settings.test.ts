import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import {
  auditWorkflowType,
  liveWorkflowId,
} from "../../../src/contract/schedule.js";
import { verifyWorkflowId } from "../../../src/contract/verification.js";
import { startVerification } from "../../../src/operations/backfills/verify-backfill.js";
import { testExport } from "../../../src/operations/exports/test-export.js";
import { at, fireFor, schedule, untilFired } from "../schedule/scheduled.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";

let servers: OwnServers;
let refill: Installation;

beforeAll(async () => {
  servers = await startOwnServers({
    dynamicConfig: { "limit.historyCount.suggestContinueAsNew": "40" },
  });
  refill = await createInstallation({
    servers,
    env: { REFILL_HEARTBEAT_TIMEOUT: "7s" },
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-10",
    every: "6 hours",
  });
  await createEventsExport(refill.context);
  refill.startWorker();
});

afterAll(async () => {
  await refill.remove();
  await servers.remove();
});

/** The heartbeat time-outs, in seconds, of all activities of the latest Temporal run that have one. */
async function heartbeatTimeouts(
  workflowId: string,
): Promise<Readonly<Record<string, number>>> {
  const handle = refill.temporal.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? []).flatMap(
    (event) => event.activityTaskScheduledEventAttributes ?? [],
  );
  return Object.fromEntries(
    scheduled.flatMap(({ activityType, heartbeatTimeout }) => {
      const seconds = Number(heartbeatTimeout?.seconds ?? 0);
      return seconds === 0 ? [] : [[activityType?.name ?? "", seconds]];
    }),
  );
}

describe("a heartbeat time-out that is set reaches", () => {
  test("a backfill, also in the Temporal runs after its first", async () => {
    const { id } = await start(refill.context, {
      start: "2024-03-01",
      end: "2024-04-10",
      concurrency: 2,
    });
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    // Planning was in the first one.
    expect(await heartbeatTimeouts(backfillWorkflowId(id, 1))).toEqual({
      exportRuns: 7,
    });
    const verification = await startVerification(refill.context, {
      id,
      deep: false,
    });
    const verifying = verifyWorkflowId(verification.id);
    await refill.temporal.workflow.getHandle(verifying).result();
    expect(await heartbeatTimeouts(verifying)).toEqual({ verifyRuns: 7 });
  });

  test("a request", async () => {
    const { signal } = new AbortController();
    await testExport(refill.context, { export: "events", team: null }, signal);
    const id = await latestId('WorkflowType = "testExport"');
    expect(await heartbeatTimeouts(id)).toEqual({ testExport: 7 });
  });

  test("live runs and an audit of a schedule, which Temporal starts", async () => {
    await createEventsExport(refill.context, { name: "live" });
    const made = await schedule(at(refill, "2024-03-02T15:00:00Z"), {
      export: "live",
    });
    await fireFor(refill, made, {
      start: "2024-03-02T23:30:00Z",
      end: "2024-03-03T02:30:00Z",
    });
    await untilFired(refill, "2024-03-03T00:00:00Z", "live");
    const live = liveWorkflowId(made.id);
    await refill.temporal.workflow.getHandle(live).result();
    expect(await heartbeatTimeouts(live)).toEqual({ exportLiveRuns: 7 });
    const handle = await refill.temporal.workflow.start(auditWorkflowType, {
      workflowId: `audit-${made.id}`,
      taskQueue: refill.config.taskQueue,
      args: [{ scheduleId: made.id, exportName: "live" }],
    });
    await handle.result();
    expect(await heartbeatTimeouts(`audit-${made.id}`)).toEqual({
      auditSchedule: 7,
    });
  });

  test("the reconciler's schedule, which the worker that started last brings up to date", async () => {
    expect(await reconcilersInput()).toEqual({ heartbeatTimeoutMs: 7_000 });
    const other = await createInstallation({
      servers,
      env: {
        REFILL_TASK_QUEUE: refill.config.taskQueue,
        REFILL_HEARTBEAT_TIMEOUT: "9s",
      },
    });
    other.startWorker();
    await until(async () => {
      const { heartbeatTimeoutMs } = await reconcilersInput();
      return heartbeatTimeoutMs === 9_000 ? true : null;
    });
    await other.remove();
  });
});

async function reconcilersInput() {
  const { schedule: schedules } = refill.temporal;
  const { action } = await schedules
    .getHandle(`${refill.config.taskQueue}-reconcile`)
    .describe();
  const inputs = action.args as readonly { heartbeatTimeoutMs: number }[];
  return inputs[0] ?? { heartbeatTimeoutMs: 0 };
}

async function latestId(query: string): Promise<string> {
  return until(async () => {
    for await (const { workflowId } of refill.temporal.workflow.list({
      query,
    })) {
      return workflowId;
    }
    return null;
  });
}
