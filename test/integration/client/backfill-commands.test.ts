import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RunObject } from "../../../src/contract/objects/run.js";
import {
  closeGate,
  createGate,
  gateCondition,
  runningCopies,
} from "../backfill/gate.js";
import { createEvents, until } from "../backfill/installation.js";
import { addEventExport, eventSource } from "./event-exports.js";
import { type Backfill, createOperator, type Operator } from "./operator.js";
import { expectPublishedObject } from "./published-object.js";
import { typed, typedJson } from "./typed.js";

/** A run for each hour of 2,400; all but 72 of them without data. */
const hours = 2_400;

let operator: Operator;
let completed: Backfill;
let failed: Backfill;
let withoutWorker: Backfill;

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool, filesRoot } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "1 hour",
  });
  await createGate(pool);
  await addEventExport(context, "hourly", { interval: "hour" });
  await addEventExport(context, "blocked");
  await addEventExport(context, "gated", {
    source: { ...eventSource, where: gateCondition },
  });
  const blocked = "20240302T000000Z-20240303T000000Z.jsonl";
  await mkdir(join(filesRoot, "blocked-1", blocked), { recursive: true });
  withoutWorker = await started("gated", "--end", "2024-03-02");
});

afterAll(() => operator.remove());

function asked(...args: readonly string[]) {
  return typedJson(operator.refill, args);
}

async function started(...args: readonly string[]): Promise<Backfill> {
  const end = await asked("backfill", "start", ...args);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  expectPublishedObject(end.document);
  return end.document as Backfill;
}

async function ended(...args: readonly string[]): Promise<Backfill> {
  const end = await asked("backfill", "start", ...args, "--wait");
  expectPublishedObject(end.document);
  return end.document as Backfill;
}

describe("with no worker up", () => {
  test("start answers with a published object that is Starting", () => {
    expect(withoutWorker).toMatchObject({
      status: "Starting",
      progress: null,
      total_records_count: null,
      start_at: null,
      end_at: "2024-03-02T00:00:00Z",
      finished_at: null,
    });
  });

  test("cancel is recorded and says that it takes effect later, and it does", async () => {
    const { id } = withoutWorker;
    const end = await asked("backfill", "cancel", id);
    expect(end).toMatchObject({
      exitCode: 0,
      document: { id, status: "Starting" },
      stderr: expect.stringMatching(
        /^No worker answered within 2 s\. .*takes effect when a worker is up/,
      ),
    });
    operator.startWorker();
    expect(await operator.closed(id)).toMatchObject({ status: "Cancelled" });
  });
});

describe("the published object", () => {
  test("is what get prints of a backfill that was completed, failed or cancelled", async () => {
    const range = ["--start", "2024-03-01", "--end"];
    completed = await ended("hourly", "--end", "2024-06-09");
    failed = await ended("blocked", ...range, "2024-03-04");
    expect(completed).toMatchObject({
      status: "Completed",
      adjusted_start_at: "2024-03-01T00:00:00Z",
      total_records_count: 72,
      progress: { total_runs: hours, finished_runs: hours, progress: 1 },
    });
    expect(failed).toMatchObject({ status: "Failed", total_records_count: 48 });
    for (const { id, status } of [
      completed,
      failed,
      { ...withoutWorker, status: "Cancelled" },
    ]) {
      const { exitCode, stdout, stderr } = await typed(operator.refill, [
        "backfill",
        "get",
        id,
        "--json",
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const object = JSON.parse(stdout) as Backfill;
      expectPublishedObject(object);
      expect(object).toMatchObject({ id, status });
    }
  });

  test("is what list prints, the latest first, filtered as asked", async () => {
    const list = async (...filter: readonly string[]) => {
      const end = await asked("backfill", "list", ...filter);
      expect(end).toMatchObject({ exitCode: 0, stderr: "" });
      const objects = end.document as readonly Backfill[];
      objects.forEach(expectPublishedObject);
      return objects.map(({ id }) => id);
    };
    const all = [failed.id, completed.id, withoutWorker.id];
    const { document } = await asked("export", "get", "blocked");
    const { id: blocked } = document as { readonly id: string };
    expect(await list()).toEqual(all);
    expect(await list("--limit", "2")).toEqual(all.slice(0, 2));
    expect(await list("--export", "hourly")).toEqual([completed.id]);
    expect(await list("--export", blocked)).toEqual([failed.id]);
    expect(await list("--status", "Cancelled")).toEqual([withoutWorker.id]);
    expect(await list("--status", "Running")).toEqual([]);
    expect(await list("--export", "hourly", "--status", "Failed")).toEqual([]);
    const people = await typed(operator.refill, ["backfill", "list"]);
    expect(people.stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(people.stdout).toMatch(
      new RegExp(
        `^${completed.id} +hourly +Completed +100\\.0% +2,400 of 2,400 +72 `,
        "m",
      ),
    );
  });
});

describe("describe", () => {
  test("tells what the object does not: failures by code, warnings, commands and where Temporal has it", async () => {
    expect(await asked("backfill", "describe", failed.id)).toMatchObject({
      exitCode: 0,
      stderr: "",
      document: {
        id: failed.id,
        status: "Failed",
        order: "oldest",
        concurrency: 4,
        runs: { total: 3, completed: 2, failed: 1, empty: 0 },
        records_completed: 48,
        rate: null,
        error: null,
        failures: [
          {
            code: "DESTINATION_UNWRITABLE",
            runs: 1,
            retryable: false,
            sample: {
              ordinal: 1,
              message: expect.stringMatching(/^Could not/),
            },
          },
        ],
        commands: [{ kind: "start" }],
        temporal: { workflow_id: `backfill-${failed.id}-1` },
      },
    });
    const people = await typed(operator.refill, [
      "backfill",
      "describe",
      failed.id,
    ]);
    expect(people).toMatchObject({ exitCode: 0, stderr: "" });
    expect(people.stdout).toMatch(/^DESTINATION_UNWRITABLE +1 +no /m);
    expect(people.stdout).toContain(`backfill-${failed.id}-1`);
  });
});

describe("runs", () => {
  async function runs(...options: readonly string[]) {
    const end = await asked("backfill", "runs", completed.id, ...options);
    expect(end).toMatchObject({ exitCode: 0, stderr: "" });
    return end.document as readonly RunObject[];
  }

  function ordinals(of: readonly RunObject[]) {
    return of.map(({ ordinal }) => ordinal);
  }

  function from(first: number, count: number) {
    return Array.from({ length: count }, (_, index) => first + index);
  }

  test("come in the order of export, 1,000 unless asked otherwise, and go on after an ordinal", async () => {
    expect(ordinals(await runs())).toEqual(from(0, 1_000));
    expect(ordinals(await runs("--limit", "3"))).toEqual([0, 1, 2]);
    expect(ordinals(await runs("--after", "2", "--limit", "3"))).toEqual([
      3, 4, 5,
    ]);
    expect(ordinals(await runs("--after", "1998"))).toEqual(from(1_999, 401));
    expect(await runs("--after", String(hours - 1))).toEqual([]);
    expect(ordinals(await runs("--limit", "1001"))).toEqual(from(0, 1_001));
  });

  test("all of them with --all, and only those of a status", async () => {
    const all = await runs("--all");
    expect(ordinals(all)).toEqual(from(0, hours));
    expect(
      all.filter(({ skip_reason }) => skip_reason === "no data"),
    ).toHaveLength(hours - 72);
    expect(all[0]).toMatchObject({
      backfill: completed.id,
      data_interval_start: "2024-03-01T00:00:00Z",
      data_interval_end: "2024-03-01T01:00:00Z",
      status: "Completed",
      records_completed: 1,
      files: [{ key: "20240301T000000Z-20240301T010000Z.jsonl", records: 1 }],
    });
    expect(await runs("--status", "Failed")).toEqual([]);
    const end = await asked(
      "backfill",
      "runs",
      failed.id,
      "--status",
      "Failed",
    );
    expect(end.document).toMatchObject([{ ordinal: 1, status: "Failed" }]);
  });

  test("are streamed: while the reader does not read on, no further page is laid out", async () => {
    const { stream, held, text } = stoppingReader();
    const command = ["backfill", "runs", completed.id, "--all", "--json"];
    const running = typed(operator.refill, command, { stdout: stream });
    const [goOn] = await held;
    expect(stream.writableLength).toBeLessThan(2_000);
    goOn();
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(text())).toHaveLength(hours);
  });
});

describe("cancel --wait", () => {
  test("ends with 0 when the exports have stopped and the backfill is Cancelled, and keeps the reason", async () => {
    const gate = await closeGate(operator.refill.databaseUrl);
    const { id } = await started("gated", "--end", "2024-03-04");
    const { pool } = operator.refill;
    await until(async () => ((await runningCopies(pool)) === 3 ? true : null));
    const cancel = ["backfill", "cancel", id, "--wait", "--reason", "wrong"];
    const end = await asked(...cancel);
    expect(await runningCopies(pool)).toBe(0);
    await gate.open();
    expect(end).toMatchObject({
      exitCode: 0,
      document: { id, status: "Cancelled" },
    });
    expectPublishedObject(end.document);
    expect(await asked("backfill", "describe", id)).toMatchObject({
      document: {
        runs: { cancelled: 3 },
        commands: expect.arrayContaining([
          expect.objectContaining({ kind: "cancel", reason: "wrong" }),
        ]),
      },
    });
    expect(await asked(...cancel)).toMatchObject({
      exitCode: 2,
      document: { error: { code: "BACKFILL_CLOSED" } },
    });
  });
});

/** A reader that takes one piece and then waits until it is told to go on. */
function stoppingReader() {
  const pieces: string[] = [];
  const stream: Writable = new Writable({
    highWaterMark: 1,
    write: (piece: Buffer, _encoding, taken) => {
      pieces.push(piece.toString());
      if (pieces.length === 1) stream.emit("held", taken);
      else taken();
    },
  });
  const held = once(stream, "held") as Promise<unknown> as Promise<
    readonly [() => void]
  >;
  return { stream, held, text: () => pieces.join("") };
}
