import { mkdir } from "node:fs/promises";
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
import { runCommandLine } from "../../../src/cli/program.js";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import { capturedStream, capturedSurroundings } from "../../cli/captured.js";
import {
  type ClosedGate,
  closeGate,
  createGate,
  gateCondition,
  runningCopies,
} from "../backfill/gate.js";
import { createEvents, until } from "../backfill/installation.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";
import { addEventExport, eventSource } from "./event-exports.js";
import { createOperator, type Operator } from "./operator.js";
import { expectPublishedObject } from "./published-object.js";
import { typed } from "./typed.js";

let servers: OwnServers;
let operator: Operator;
let gate: ClosedGate;

beforeAll(async () => {
  servers = await startOwnServers();
  operator = await createOperator({ servers });
  const { context, pool, filesRoot } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "1 hour",
  });
  await createGate(pool);
  const source = { ...eventSource, where: gateCondition };
  await addEventExport(context, "events", { source });
  await addEventExport(context, "blocked", { source });
  const blocked = "20240302T000000Z-20240303T000000Z.jsonl";
  await mkdir(join(filesRoot, "blocked-1", blocked), { recursive: true });
  operator.startWorker();
});

beforeEach(async () => {
  gate = await closeGate(operator.refill.databaseUrl);
});

afterEach(() => gate.open().catch(() => undefined));

afterAll(async () => {
  await operator.remove();
  await servers.remove();
});

const days = ["--start", "2024-03-01", "--end", "2024-03-04"];

/** A backfill whose exports wait at the gate. */
async function startAtGate(name = "events"): Promise<string> {
  const { id } = await operator.started(name, ...days);
  await until(async () =>
    (await runningCopies(operator.refill.pool)) === 3 ? true : null,
  );
  return id;
}

/** A command in this process that can be read and interrupted while it runs. */
function begin(args: readonly string[], columns: number | null = null) {
  const stderr = capturedStream(columns);
  const { surroundings, stdout, interrupt } = capturedSurroundings({
    env: { ...operator.refill.env, TERM: "xterm", NO_COLOR: "1" },
    stderr: stderr.stream,
  });
  const said = { stdout, stderr: stderr.text };
  return {
    ...said,
    interrupt,
    end: runCommandLine(args, surroundings),
    says: (stream: "stdout" | "stderr", text: RegExp) =>
      until(() => Promise.resolve(text.test(said[stream]()) ? true : null)),
  };
}

/** A read asks Temporal at most once a second and writes down when: a second such time is that of a later read. */
async function untilReadAgain(id: string): Promise<void> {
  const times = new Set<unknown>();
  await until(async () => {
    const { rows } = await operator.refill.pool.query<{ at: string }>(
      "select reconciled_at::text as at from refill.backfill where id = $1",
      [id],
    );
    times.add(rows[0]?.at);
    return times.size > 1 ? true : null;
  });
}

const bar = /\r\u001b\[2KRunning [^\n]*0\/3 runs/;

describe("watching to the end", () => {
  test("on a terminal draws one bar over itself, says how it ended on stdout, and ends with 0 for Completed", async () => {
    const watch = begin(["backfill", "watch", await startAtGate()], 80);
    await watch.says("stderr", bar);
    await gate.open();
    expect(await watch.end).toBe(0);
    expect(watch.stderr()).toMatch(
      /\r\u001b\[2KCompleted [^\n]*100\.0%[^\n]*3\/3 runs[^\n]*\n$/,
    );
    expect(watch.stderr().match(/\n/g)).toHaveLength(1);
    expect(watch.stdout()).toMatch(
      /^Completed\. Runs: 3 completed\. 72 records, /,
    );
  });

  test("elsewhere writes lines and draws over nothing; ends with 1 for Failed, and shows the failures", async () => {
    const watch = begin(["backfill", "watch", await startAtGate("blocked")]);
    await watch.says("stderr", /^Running .*0\/3 runs/);
    await gate.open();
    expect(await watch.end).toBe(1);
    expect(watch.stderr()).not.toMatch(/[\r\u001b]/);
    expect(watch.stderr()).toMatch(/^Failed .*3\/3 runs.*1 failed/m);
    expect(watch.stdout()).toMatch(/^Failed\. Runs: 2 completed, 1 failed\./);
    expect(watch.stdout()).toMatch(/DESTINATION_UNWRITABLE +1 +no /);
  });

  test("with --json writes the object as it changes, a document a line, the last one closed", async () => {
    const id = await startAtGate();
    const watch = begin(["backfill", "watch", id, "--json"]);
    await watch.says("stdout", /"status":"Running".*\n/);
    await untilReadAgain(id);
    await gate.open();
    expect(await watch.end).toBe(0);
    expect(watch.stderr()).toBe("");
    const objects = watch
      .stdout()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly status: string });
    for (const object of objects) expectPublishedObject(object);
    expect(objects[0]).toMatchObject({ id, status: "Running" });
    expect(objects.at(-1)).toMatchObject({ id, status: "Completed" });
    expect(new Set(objects.map((object) => JSON.stringify(object))).size).toBe(
      objects.length,
    );
  });

  test("of one that has closed already ends at once", async () => {
    await gate.open();
    const { id } = await operator.started("events", ...days);
    await operator.closed(id);
    const end = await typed(operator.refill, ["backfill", "watch", id]);
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.stdout).toMatch(/^Completed\. /);
  });
});

describe("an interrupt", () => {
  async function expectUntouched(id: string): Promise<void> {
    expect(await findBackfill(operator.refill.pool, id)).toMatchObject({
      status: "Running",
      cancel_requested_at: null,
    });
    await gate.open();
    expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
  }

  test("of the program by Ctrl-C ends watching with 130, and the backfill goes on", async () => {
    const id = await startAtGate();
    const watch = operator.start(["backfill", "watch", id]);
    await watch.says("stderr", /^Running .*0\/3 runs/);
    watch.child.kill("SIGINT");
    const end = await watch.end;
    expect(end).toMatchObject({ exitCode: 130, stdout: "" });
    expect(end.stderr).toMatch(
      new RegExp(`INTERRUPTED: .*the backfill goes on.*watch ${id}`),
    );
    await expectUntouched(id);
  });

  test("of --wait prints the object as it stands, and ends with 130", async () => {
    const wait = begin(
      ["backfill", "start", "events", ...days, "--wait", "--json"],
      80,
    );
    await wait.says("stderr", bar);
    wait.interrupt();
    expect(await wait.end).toBe(130);
    const object = JSON.parse(wait.stdout()) as { readonly id: string };
    expectPublishedObject(object);
    expect(object).toMatchObject({ status: "Running" });
    expect(wait.stderr()).toContain("the backfill goes on");
    await expectUntouched(object.id);
  });
});

test("a database that goes away is waited for, said once, and watching goes on when it is back", async () => {
  const watch = begin(["backfill", "watch", await startAtGate()], 80);
  await watch.says("stderr", bar);
  await servers.hold("postgres");
  await watch.says("stderr", /DATABASE_UNAVAILABLE: .*Waiting for the servers/);
  await servers.release("postgres");
  await watch.says("stderr", /The servers answer again\.\n/);
  expect(await watch.end).toBe(0);
  expect(watch.stderr().match(/Waiting for the servers/g)).toHaveLength(1);
  expect(watch.stdout()).toMatch(/^Completed\. Runs: 3 completed\. 72 records/);
});
