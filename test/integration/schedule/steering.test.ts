import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "@jest/globals";
import { ScheduleNotFoundError } from "@temporalio/client";
import type { ScheduleObject } from "../../../src/contract/objects/schedule.js";
import { schedulePrefixes } from "../../../src/contract/schedule.js";
import { auditWorkflowType } from "../../../src/contract/schedule.js";
import { exportCoverage } from "../../../src/operations/coverage/export-coverage.js";
import { deleteExport } from "../../../src/operations/exports/delete-export.js";
import { reconcileSchedules } from "../../../src/operations/schedules/reconcile-schedules.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { typed, typedJson } from "../client/typed.js";
import { at, fireFor, liveRuns, schedule, untilFired } from "./scheduled.js";

let refill: Installation;
let name: string;
let exports = 0;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-01",
    every: "6 hours",
  });
  refill.startWorker();
});

afterAll(() => refill.remove());

beforeEach(async () => {
  exports += 1;
  name = `events-${String(exports)}`;
  await createEventsExport(refill.context, { name });
});

/** What a person types, which must succeed, as an object. */
async function asked(command: string): Promise<ScheduleObject> {
  const { exitCode, document } = await typedJson(refill, command.split(" "));
  expect([command, exitCode]).toEqual([command, 0]);
  return document as ScheduleObject;
}

function handleOf({ id }: Pick<ScheduleObject, "id">) {
  const prefix = schedulePrefixes(refill.config.taskQueue).fire;
  return refill.temporal.schedule.getHandle(prefix + id);
}

const march = (day: string) => ({
  start: `2024-03-${day}T23:30:00Z`,
  end: `2024-03-${String(Number(day) + 1).padStart(2, "0")}T00:30:00Z`,
});

test("create says what was asked, in the ledger and in Temporal, and refuses a second one", async () => {
  const made = await asked(
    `schedule create ${name} --lookback 3 --delay 10m --jitter 30s --catch-up 1h --audit report --note why`,
  );
  expect(made).toMatchObject({
    export_name: name,
    lookback: 3,
    delay_seconds: 600,
    jitter_seconds: 30,
    catch_up_seconds: 3600,
    audit: "report",
    note: "why",
    paused: false,
    runs: { open: 0, completed: 0, failed: 0 },
  });
  const { spec, policies } = await handleOf(made).describe();
  expect(spec).toMatchObject({ timezone: "UTC", jitter: 30_000 });
  expect(spec.calendars).toHaveLength(2);
  expect(policies).toMatchObject({
    overlap: "ALLOW_ALL",
    catchupWindow: 3_600_000,
  });
  expect(await typedJson(refill, ["schedule", "create", name])).toMatchObject({
    exitCode: 2,
    document: { error: { code: "SCHEDULE_EXISTS" } },
  });
  const { stdout } = await typed(refill, ["schedule", "list"]);
  expect(stdout).toMatch(new RegExp(`^${name} +1 +active `, "m"));
});

describe("create refuses", () => {
  test.each([
    [
      "a beginning off the boundaries",
      "--from 2024-03-01T07:00:00Z",
      "RANGE_MISALIGNED",
    ],
    ["a beginning in the future", "--from 2999-01-01", "RANGE_IN_FUTURE"],
    [
      "a beginning that is a backfill's work",
      "--from 2001-01-01",
      "RANGE_TOO_LARGE",
    ],
    ["a lookback without end", "--lookback 1001", "USAGE"],
    ["an audit that it does not know", "--audit maybe", "USAGE"],
  ])("%s", async (_what, options, code) => {
    const args = `schedule create ${name} ${options}`.split(" ");
    expect(await typedJson(refill, args)).toMatchObject({
      exitCode: 2,
      document: { error: { code } },
    });
  });
});

test("a paused schedule adds nothing until it is resumed, and the next firing makes up for it", async () => {
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"), {
    export: name,
  });
  expect(await asked(`schedule pause ${name} --reason moving`)).toMatchObject({
    paused: true,
    paused_reason: "moving",
  });
  const handle = handleOf(made);
  expect((await handle.describe()).state).toMatchObject({
    paused: true,
    note: "moving",
  });
  await fireFor(refill, made, march("02"));
  await until(async () => {
    const { info } = await handle.describe();
    return info.numActionsTaken > 0 && info.runningActions.length === 0
      ? true
      : null;
  });
  expect(await liveRuns(refill, name)).toEqual([]);
  expect(await asked(`schedule resume ${name}`)).toMatchObject({
    paused: false,
    paused_reason: null,
  });
  await fireFor(refill, made, march("03"));
  await untilFired(refill, "2024-03-04T00:00:00Z", name);
  expect(await liveRuns(refill, name)).toEqual([
    "2024-03-02T00:00:00Z 2024-03-03T00:00:00Z Completed 4",
    "2024-03-03T00:00:00Z 2024-03-04T00:00:00Z Completed 4",
  ]);
});

test("a trigger fires a paused schedule too, and exports the lookback again", async () => {
  await asked(`schedule create ${name} --lookback 2`);
  await asked(`schedule pause ${name}`);
  for (const completed of [2, 4]) {
    await asked(`schedule trigger ${name}`);
    await until(async () => {
      const { runs } = await asked(`schedule get ${name}`);
      return runs.completed === completed && runs.open === 0 ? true : null;
    });
  }
  const runs = await liveRuns(refill, name);
  expect(new Set(runs.map((line) => line.slice(0, 20))).size).toBe(2);
});

test("delete removes it from Temporal, and what was exported stays covered", async () => {
  const made = await schedule(at(refill, "2024-03-02T15:00:00Z"), {
    export: name,
  });
  await fireFor(refill, made, march("02"));
  await untilFired(refill, "2024-03-03T00:00:00Z", name);
  await asked(`schedule delete ${made.id}`);
  await expect(handleOf(made).describe()).rejects.toThrow(
    ScheduleNotFoundError,
  );
  const { exitCode } = await typed(refill, ["schedule", "get", name]);
  expect(exitCode).toBe(2);
  const coverage = await exportCoverage(refill.context, {
    export: name,
    team: null,
    start: "2024-03-02",
    end: "2024-03-03",
  });
  expect(coverage.intervals).toMatchObject({ covered: 1, total: 1 });
});

test("an export that is deleted takes its schedule with it", async () => {
  const made = await schedule(refill, { export: name });
  await deleteExport(refill.context, { export: name, team: null });
  await expect(handleOf(made).describe()).rejects.toThrow(
    ScheduleNotFoundError,
  );
  const { rows } = await refill.pool.query(
    `select e.deleted_by, c.kind, c.reason, c.requested_by
     from refill.schedule_command c
     join refill.schedule s on s.id = c.schedule_id
     join refill.batch_export e on e.id = s.batch_export_id
     where s.id = $1`,
    [made.id],
  );
  expect(rows).toEqual([
    {
      deleted_by: "tester@test",
      kind: "delete",
      reason: "its export was deleted",
      requested_by: "tester@test",
    },
  ]);
});

test("what Temporal lacks is made again, and what has no row is removed", async () => {
  const made = await schedule(refill, { export: name });
  await handleOf(made).delete();
  const stray = "0f8fad5b-d9cb-469f-a165-70867728950e";
  await handleOf({ id: stray })
    .describe()
    .catch(() => undefined);
  const { schedules } = await refill.context.temporal();
  await schedules.put({
    id: stray,
    exportName: "stray",
    timezone: "UTC",
    note: "",
    delayMs: 0,
    jitterMs: 0,
    catchUpMs: 60_000,
    isAudited: false,
    isPaused: true,
    times: { kind: "every", everyMs: 3_600_000 },
  });
  // Temporal's listing lags behind a little.
  await until(async () => {
    const { firing } = await schedules.list();
    return firing.has(stray) && !firing.has(made.id) ? true : null;
  });
  const { signal } = new AbortController();
  expect(await reconcileSchedules(refill.context, signal)).toEqual([]);
  await expect(handleOf(made).describe()).resolves.toBeDefined();
  await expect(handleOf({ id: stray }).describe()).rejects.toThrow(
    ScheduleNotFoundError,
  );
});

test("an audit whose Schedule was deleted by hand is made again, and one that nobody asked for is removed", async () => {
  const made = await schedule(refill, { export: name, audit: "report" });
  const audits = schedulePrefixes(refill.config.taskQueue).audit;
  const auditOf = (id: string) =>
    refill.temporal.schedule.getHandle(audits + id);
  await auditOf(made.id).delete();
  const { schedules } = await refill.context.temporal();
  await until(async () => {
    const { audited, firing } = await schedules.list();
    return firing.has(made.id) && !audited.has(made.id) ? true : null;
  });
  const { signal } = new AbortController();
  expect(await reconcileSchedules(refill.context, signal)).toEqual([]);
  await expect(auditOf(made.id).describe()).resolves.toBeDefined();

  await refill.pool.query(
    `update refill.schedule set audit = 'off' where id = $1`,
    [made.id],
  );
  await until(async () =>
    (await schedules.list()).audited.has(made.id) ? true : null,
  );
  expect(await reconcileSchedules(refill.context, signal)).toEqual([]);
  await expect(auditOf(made.id).describe()).rejects.toThrow(
    ScheduleNotFoundError,
  );
});

test("an audit that repairs starts the backfill that closes the gaps, and says so", async () => {
  const made = await schedule(at(refill, "2024-03-05T15:00:00Z"), {
    export: name,
    audit: "repair",
  });
  for (const day of ["05", "08"]) {
    await fireFor(refill, made, march(day));
  }
  await untilFired(refill, "2024-03-09T00:00:00Z", name);
  const handle = await refill.temporal.workflow.start(auditWorkflowType, {
    workflowId: `audit-${made.id}`,
    taskQueue: refill.config.taskQueue,
    args: [{ scheduleId: made.id, exportName: name }],
  });
  await handle.result();
  const { last_audit: audit } = await asked(`schedule get ${name}`);
  expect(audit).toMatchObject({ mode: "repair", problem: null });
  expect(audit?.missing_intervals).toBeGreaterThan(0);
  expect(audit?.backfills).toHaveLength(1);
  const [id] = audit?.backfills ?? [];
  expect(await untilClosed(refill.context, id ?? "")).toMatchObject({
    status: "Completed",
  });
});
