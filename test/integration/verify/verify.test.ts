import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { verifyWorkflowId } from "../../../src/contract/verification.js";
import {
  cancelVerification,
  closeAbandoned,
  readVerification,
  repairBackfill,
  startVerification,
} from "../../../src/operations/backfills/verify-backfill.js";
import { exportCoverage } from "../../../src/operations/coverage/export-coverage.js";
import { listRuns } from "../../../src/operations/runs/list-runs.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  type RunningWorker,
  start,
  untilClosed,
} from "../backfill/installation.js";
import { addEventExport } from "../client/event-exports.js";
import { verifierOf } from "./verifier.js";

let refill: Installation;
let worker: RunningWorker;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-20",
    every: "3 hours",
  });
  await refill.pool.query(
    "delete from public.events where at::date = '2024-03-04'",
  );
  worker = refill.startWorker();
});

afterAll(async () => {
  await refill.remove();
});

/** Ten days, the fourth of them empty. */
const range = { start: "2024-03-01", end: "2024-03-11" };

async function exported(name: string, changes: object = {}) {
  await addEventExport(refill.context, name, { ...changes });
  const { id } = await start(refill.context, { export: name, ...range });
  const closed = await untilClosed(refill.context, id);
  expect(closed.status).toBe("Completed");
  return id;
}

const { verified, kindsOf, untilVerified } = verifierOf(() => refill);

function folderOf(name: string): string {
  return join(refill.filesRoot, `${name}-1`);
}

async function filesOf(name: string): Promise<readonly string[]> {
  const names = await readdir(folderOf(name));
  return names.sort().map((file) => join(folderOf(name), file));
}

async function fileAt(name: string, index: number): Promise<string> {
  return (await filesOf(name))[index] ?? "";
}

describe("verifying a backfill", () => {
  test.each([
    ["JSONL", { format: { type: "jsonl", compression: "gzip" } }],
    ["CSV", { format: { type: "csv", compression: "zstd", header: true } }],
    ["brotli", { format: { type: "csv", compression: "brotli" } }],
    ["Parquet", { format: { type: "parquet" } }],
    ["Snappy", { format: { type: "parquet", compression: "snappy" } }],
  ])(
    "nothing differs after a healthy one, deeply looked at: %s",
    async (name, changes) => {
      const id = await exported(name, changes);
      const { verification, findings } = await verified(id, true);
      expect(verification).toMatchObject({
        status: "Completed",
        backfill: id,
        total_runs: 10,
        checked_runs: 10,
        superseded_runs: 0,
        differing_runs: 0,
      });
      expect(findings).toEqual([]);
    },
  );

  test("runs in several files with a manifest verify clean, and a part too many is found", async () => {
    const id = await exported("parts", {
      destination: {
        type: "files",
        path: "parts-1",
        key: "{year}/{month}/{day}/{data_interval_start}-{data_interval_end}",
        max_file_size_mb: 1,
      },
    });
    expect(await kindsOf(id, true)).toEqual([]);
    const key = "2024/03/02/20240302T000000Z-20240303T000000Z.00007.jsonl";
    await writeFile(join(refill.filesRoot, "parts-1", key), "{}\n");
    const { findings } = await verified(id);
    expect(findings).toEqual([
      {
        run: 1,
        data_interval_start: "2024-03-02T00:00:00Z",
        data_interval_end: "2024-03-03T00:00:00Z",
        kind: "extra",
        key,
        expected: null,
        actual: { bytes: 3 },
      },
    ]);
  });

  test("what was deleted, cut short, changed in place, and added under a run's name is found, run by run", async () => {
    const id = await exported("harmed");
    const files = await filesOf("harmed");
    expect(files).toHaveLength(9); // the empty day has none
    await rm(files[0] ?? "");
    const second = await readFile(files[1] ?? "");
    await writeFile(files[1] ?? "", second.subarray(0, 40));
    const third = await readFile(files[2] ?? "");
    third[10] = (third[10] ?? 0) ^ 1;
    await writeFile(files[2] ?? "", third);
    const emptyDay = join(
      folderOf("harmed"),
      "20240304T000000Z-20240305T000000Z.jsonl",
    );
    await writeFile(emptyDay, "not ours\n");
    await writeFile(`${files[8] ?? ""}.bak`, "");
    const { verification, findings } = await verified(id);
    expect(verification).toMatchObject({
      status: "Completed",
      differing_runs: 5,
      findings_count: 5,
    });
    expect(findings).toMatchObject([
      { run: 0, kind: "missing", actual: null },
      {
        run: 1,
        kind: "changed",
        expected: { bytes: second.byteLength },
        actual: { bytes: 40 },
      },
      {
        run: 2,
        kind: "changed",
        expected: { bytes: third.byteLength },
        actual: { bytes: third.byteLength },
      },
      { run: 3, kind: "extra", actual: { bytes: 9 } },
      { run: 9, kind: "extra", actual: { bytes: 0 } },
    ]);
  });

  test("a row that came late is counted; one that was updated is seen by a deep look alone", async () => {
    const id = await exported("late");
    const parquet = await exported("late in Parquet", {
      format: { type: "parquet" },
    });
    await refill.pool.query(
      "insert into public.events values (1000, '2024-03-04 12:00Z', 'late'), (1001, '2024-03-06 12:30Z', 'late')",
    );
    await refill.pool.query(
      "update public.events set name = 'edited' where at = '2024-03-08 12:00Z'",
    );
    const shallow = await verified(id);
    expect(shallow.findings).toMatchObject([
      {
        run: 3,
        kind: "count",
        expected: { records: 0 },
        actual: { records: 1 },
      },
      {
        run: 5,
        kind: "count",
        expected: { records: 8 },
        actual: { records: 9 },
      },
    ]);
    const found = ["3 count", "5 count", "7 rows"];
    expect(await kindsOf(id, true)).toEqual(found);
    expect(await kindsOf(parquet, true)).toEqual(found);
  });

  test("the order of rows does not matter to a deep look, their number does", async () => {
    const id = await exported("order");
    await refill.pool.query(
      "update public.events set name = name where at::date = '2024-03-02'",
    );
    await refill.pool.query("cluster public.events using events_at_idx");
    expect(await kindsOf(id, true)).toEqual([]);
  });

  test("a repair exports exactly what differs, and the old runs are superseded, not rewritten", async () => {
    const id = await exported("mended");
    await rm(await fileAt("mended", 0));
    await rm(await fileAt("mended", 4));
    await writeFile(`${await fileAt("mended", 5)}.bak`, "");
    const { verification } = await verified(id);
    expect(verification.differing_runs).toBe(3);
    const repair = await repairBackfill(refill.context, verification);
    const closed = await untilClosed(refill.context, repair?.id ?? "");
    expect(closed).toMatchObject({
      status: "Completed",
      progress: { total_runs: 2 },
    });
    const page = { id: closed.id, status: null, limit: null, after: null };
    const days = [];
    for await (const run of listRuns(refill.context, page)) {
      days.push(run.data_interval_start);
    }
    expect(days).toHaveLength(2);
    expect(await kindsOf(closed.id, true)).toEqual([]);
    const again = await verified(id);
    expect(again.verification.superseded_runs).toBe(2);
    expect(again.findings.map(({ kind }) => kind)).toEqual(["extra"]);
    expect(await repairBackfill(refill.context, again.verification)).toBe(null);
    expect(
      await exportCoverage(refill.context, {
        export: "mended",
        team: null,
        ...range,
      }),
    ).toMatchObject({ intervals: { total: 10, covered: 10 } });
  });

  test("two at once are refused; one that is cancelled keeps what it found, one that was terminated says so", async () => {
    const id = await exported("alone");
    await worker.stop();
    const first = await startVerification(refill.context, { id, deep: false });
    await expect(
      startVerification(refill.context, { id, deep: false }),
    ).rejects.toMatchObject({ code: "VERIFICATION_RUNNING" });
    await cancelVerification(refill.context, first);
    worker = refill.startWorker();
    expect(await untilVerified(first.id)).toMatchObject({
      status: "Cancelled",
      error: null,
    });

    await worker.stop();
    const second = await startVerification(refill.context, { id, deep: false });
    await refill.temporal.workflow
      .getHandle(verifyWorkflowId(second.id))
      .terminate();
    await closeAbandoned(refill.context, id);
    expect(await readVerification(refill.context, second)).toMatchObject({
      status: "Failed",
      error: { code: "WORKFLOW_LOST" },
    });
    worker = refill.startWorker();
    expect(await kindsOf(id)).toEqual([]);
  });

  test("a source that is gone fails the verification with its code", async () => {
    await refill.pool.query("create table public.gone as table public.events");
    const id = await exported("gone", {
      source: {
        type: "postgres",
        connection: "default",
        table: "public.gone",
        timestamp_column: "at",
      },
    });
    await refill.pool.query("drop table public.gone");
    const { verification } = await verified(id);
    expect(verification).toMatchObject({
      status: "Failed",
      error: { code: "SOURCE_NOT_FOUND", retryable: false },
    });
  });
});
