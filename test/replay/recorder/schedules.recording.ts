import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  auditWorkflowType,
  liveWorkflowId,
  schedulePrefixes,
} from "../../../src/contract/schedule.js";
import { triggerSchedule } from "../../../src/operations/schedules/steer-schedule.js";
import {
  createEventsExport,
  type Installation,
  until,
} from "../../integration/backfill/installation.js";
import {
  at,
  fireFor,
  schedule,
  untilFired,
} from "../../integration/schedule/scheduled.js";
import { keepHistory, removeUnreleased } from "../recorded-histories.js";
import { install } from "./recording.js";

let refill: Installation;

beforeAll(async () => {
  removeUnreleased("schedule");
  refill = await install();
  await createEventsExport(refill.context);
  refill.startWorker();
});

afterAll(() => refill.remove());

/** Keeps the history of the latest workflow whose id begins so, once it has completed. */
async function keep(name: string, idPrefix: string): Promise<void> {
  const query = `WorkflowId STARTS_WITH "${idPrefix}" and ExecutionStatus = "Completed"`;
  const { workflowId, runId } = await until(async () => {
    for await (const found of refill.temporal.workflow.list({ query })) {
      return found;
    }
    return null;
  });
  const handle = refill.temporal.workflow.getHandle(workflowId, runId);
  keepHistory(`schedule/${name}`, await handle.fetchHistory());
}

test("a firing, a trigger, the export of live runs, and an audit", async () => {
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"), {
    lookback: 1,
  });
  const prefix = schedulePrefixes(refill.config.taskQueue).fire + made.id;
  await fireFor(refill, made, {
    start: "2024-03-02T23:30:00Z",
    end: "2024-03-04T02:30:00Z",
  });
  await untilFired(refill, "2024-03-04T00:00:00Z");
  await keep("fired", prefix);
  await keep("exported", liveWorkflowId(made.id));
  await triggerSchedule(refill.context, { schedule: made.id, team: null });
  await keep("triggered", `${prefix}-trigger`);
  const handle = await refill.temporal.workflow.start(auditWorkflowType, {
    workflowId: `audit-${made.id}`,
    taskQueue: refill.config.taskQueue,
    args: [{ scheduleId: made.id, exportName: "events" }],
  });
  expect(await handle.result()).toMatchObject({ mode: "off" });
  keepHistory("schedule/audited", await handle.fetchHistory());
});
