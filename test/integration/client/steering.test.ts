import { rm, writeFile } from "node:fs/promises";
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
  gateCondition,
  openGates,
} from "../backfill/gate.js";
import { createEvents } from "../backfill/installation.js";
import { untilAtWork } from "../backfill/steered.js";
import { addEventExport, eventSource } from "./event-exports.js";
import { type Backfill, createOperator, type Operator } from "./operator.js";
import { expectPublishedObject } from "./published-object.js";
import { typedJson } from "./typed.js";

let operator: Operator;

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(pool);
  await addEventExport(context, "gated", {
    source: { ...eventSource, where: gateCondition },
  });
  await addEventExport(context, "blocked");
  operator.refill.startWorker();
});

afterEach(openGates);

afterAll(() => operator.remove());

const april = ["--end", "2024-05-01"];

/** `refill backfill ...ARGS --json`, which must answer with the published object. */
async function asked(...args: readonly string[]) {
  const end = await typedJson(operator.refill, ["backfill", ...args]);
  expectPublishedObject(end.document);
  return { ...end, document: end.document as Backfill };
}

function asks(...args: readonly string[]) {
  return typedJson(operator.refill, ["backfill", ...args]);
}

test("a backfill is paused, widened, resumed, drained and retried from the command line", async () => {
  const gate = await closeGate(operator.refill.databaseUrl);
  const {
    document: { id },
  } = await asked("start", "gated", ...april, "--stop-after", "0");
  await untilAtWork(operator.refill, id, 4);
  for (const control of [
    ["pause", id, "--reason", "the source is busy"],
    ["set-concurrency", id, "2"],
    ["resume", id],
    ["set-concurrency", id, "0"],
  ]) {
    expect(await asked(...control)).toMatchObject({
      exitCode: 0,
      stderr: "A worker took it up.\n",
      document: { id, status: "Running" },
    });
  }
  expect(await asks("describe", id)).toMatchObject({
    document: {
      paused: true,
      paused_by: "concurrency",
      concurrency: 0,
      commands: [
        { kind: "start" },
        { kind: "pause", reason: "the source is busy" },
        { kind: "set-concurrency", arguments: { concurrency: 2 } },
        { kind: "resume" },
        { kind: "set-concurrency", arguments: { concurrency: 0 } },
      ],
    },
  });
  expect(await asks("set-concurrency", id, "501")).toMatchObject({
    exitCode: 2,
    document: { error: { code: "USAGE" } },
  });
  expect(await asks("cancel", id, "--drain", "--abort")).toMatchObject({
    exitCode: 2,
    document: { error: { code: "USAGE" } },
  });
  const drained = asked("cancel", id, "--drain", "--wait");
  await gate.open();
  expect(await drained).toMatchObject({
    exitCode: 0,
    document: {
      status: "Cancelled",
      progress: { total_runs: 30, finished_runs: 4 },
    },
  });
  expect(await asked("retry", id, "--wait")).toMatchObject({
    exitCode: 0,
    document: { id, status: "Completed", progress: { progress: 1 } },
  });
  expect(await asks("retry", id)).toMatchObject({
    exitCode: 2,
    document: { error: { code: "NOTHING_TO_RETRY" } },
  });
  expect(await asks("pause", id)).toMatchObject({
    exitCode: 2,
    document: {
      error: { code: "BACKFILL_CLOSED", details: { status: "Completed" } },
    },
  });
});

describe("start --wait", () => {
  test("ends with 1 when failures have paused the backfill, and says how to go on", async () => {
    const inTheWay = join(operator.refill.filesRoot, "blocked-1");
    await writeFile(inTheWay, "in the way");
    const { exitCode, document, stderr } = await asked(
      "start",
      "blocked",
      ...april,
      "--stop-after",
      "5",
      "--wait",
    );
    expect([exitCode, document.status]).toEqual([1, "Running"]);
    expect(stderr).toContain(
      `Paused: 5 runs in a row failed with DESTINATION_UNWRITABLE. \`refill backfill resume ${document.id}\` goes on`,
    );
    await rm(inTheWay);
    expect(await asked("cancel", document.id, "--wait")).toMatchObject({
      exitCode: 0,
    });
    expect(await asked("retry", document.id, "--wait")).toMatchObject({
      exitCode: 0,
      document: { status: "Completed" },
    });
  });
});

describe("cancel --abort --wait", () => {
  test("ends with 0 for Terminated", async () => {
    await closeGate(operator.refill.databaseUrl);
    const {
      document: { id },
    } = await asked("start", "gated", ...april, "--stop-after", "0");
    await untilAtWork(operator.refill, id, 4);
    expect(await asked("cancel", id, "--abort", "--wait")).toMatchObject({
      exitCode: 0,
      document: { status: "Terminated" },
    });
  });
});
