import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
} from "../../../src/operations/backfills/pause-backfill.js";
import { repinBackfill } from "../../../src/operations/backfills/repin-backfill.js";
import { retryBackfill } from "../../../src/operations/backfills/retry-backfill.js";
import { exportCoverage } from "../../../src/operations/coverage/export-coverage.js";
import { deleteExport } from "../../../src/operations/exports/delete-export.js";
import { updateExport } from "../../../src/operations/exports/update-export.js";
import { explainRun } from "../../../src/operations/runs/explain-run.js";
import { verifierOf } from "../verify/verifier.js";
import { closeGate, createGate, gatedSource, openGates } from "./gate.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";
import {
  april,
  atWork,
  describing,
  startAndCancel,
  startHeld,
  untilAtWork,
} from "./steered.js";

let refill: Installation;
const { kindsOf } = verifierOf(() => refill);

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(refill.pool);
  refill.startWorker();
});

afterEach(openGates);

afterAll(async () => {
  await refill.remove();
});

/** Gives an export of `startGated` a new definition, which writes to another folder. */
async function edit(
  name: string,
  changes: Readonly<Record<string, unknown>> = {},
) {
  await updateExport(refill.context, {
    export: name,
    team: null,
    definition: validateDefinition({
      name,
      team: 1,
      interval: "day",
      source: gatedSource,
      destination: {
        type: "files",
        path: `${name}-new`,
        key: "{data_interval_start}-{data_interval_end}",
      },
      format: { type: "jsonl", compression: "none" },
      ...changes,
    }),
  });
}

const repin = (id: string, reason: string | null = null) =>
  repinBackfill(refill.context, { id, reason });

async function filesIn(folder: string): Promise<readonly string[]> {
  return readdir(join(refill.filesRoot, folder));
}

async function versionOf(id: string, run: number): Promise<number> {
  const reference = { id, run: String(run) };
  return (await explainRun(refill.context, reference)).definition_version;
}

function countsOf(values: readonly number[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

async function coverageOf(name: string) {
  const { intervals } = await exportCoverage(refill.context, {
    export: name,
    team: null,
    ...april,
  });
  return intervals;
}

describe("a repin", () => {
  test("of a paused backfill exports what is left under the new definition, and what was completed is told by the old one", async () => {
    const { id, gate } = await startHeld(refill, "paused");
    await pauseBackfill(refill.context, { id, reason: null });
    await gate.open();
    await until(async () => ((await atWork(refill, id)) === 0 ? true : null));
    await edit("paused");
    expect(await describing(refill, id)).toMatchObject({
      definition_version: 1,
      export_definition_version: 2,
    });
    expect(await repin(id, "the disk is full")).toMatchObject({
      backfill: { id },
      from: 1,
      to: 2,
      runs: 28,
      changes: [
        {
          path: "destination.path",
          from: '"paused"',
          to: '"paused-new"',
        },
      ],
    });
    await resumeBackfill(refill.context, { id, reason: null });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 720n,
    });
    expect(await filesIn("paused")).toHaveLength(2);
    expect(await filesIn("paused-new")).toHaveLength(28);
    const described = await describing(refill, id);
    expect(described).toMatchObject({
      definition_version: 2,
      repinned_from: 1,
      warnings: [expect.stringContaining("destination.path")],
    });
    expect(described.commands).toContainEqual(
      expect.objectContaining({
        kind: "repin",
        reason: "the disk is full",
        arguments: { from: 1, to: 2, runs: 28 },
      }),
    );
    expect([await versionOf(id, 0), await versionOf(id, 29)]).toEqual([1, 2]);
    expect(await kindsOf(id, true)).toEqual([]);
    expect(await coverageOf("paused")).toMatchObject({
      total: 30,
      covered: 28,
      stale: 2,
      missing: 0,
    });
  });

  test("lets runs at work end under the old definition, and begins none under it", async () => {
    const { id, gate } = await startHeld(refill, "running");
    await edit("running");
    await repin(id);
    await gate.open();
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
    });
    expect(await filesIn("running")).toHaveLength(2);
    expect(await filesIn("running-new")).toHaveLength(28);
    expect(await kindsOf(id)).toEqual([]);
  });

  test("of a closed backfill takes effect with its retry, for deleted exports too, and all its runs have the columns of the first", async () => {
    const id = await startAndCancel(refill, "closed");
    await edit("closed");
    await deleteExport(refill.context, { export: "closed", team: null });
    await repin(id);
    const gate = await closeGate(refill.databaseUrl);
    await retryBackfill(refill.context, { id, reason: null });
    await untilAtWork(refill, id, 2);
    await cancelBackfill(refill.context, { id, reason: null, mode: "drain" });
    await gate.open();
    await untilClosed(refill.context, id);
    await refill.pool.query(
      "alter table public.events add column added integer",
    );
    try {
      await retryBackfill(refill.context, { id, reason: null });
      expect(await untilClosed(refill.context, id)).toMatchObject({
        status: "Completed",
        total_records_count: 720n,
      });
      const files = await filesIn("closed-new");
      expect(files).toHaveLength(28);
      for (const file of files) {
        const path = join(refill.filesRoot, "closed-new", file);
        expect(await readFile(path, "utf8")).not.toContain("added");
      }
      expect(await kindsOf(id, true)).toEqual([]);
    } finally {
      await refill.pool.query("alter table public.events drop column added");
    }
  });

  test("may follow another one: each run knows the definition that it was exported under", async () => {
    const id = await startAndCancel(refill, "twice");
    await edit("twice", { format: { type: "csv", compression: "none" } });
    await repin(id);
    const gate = await closeGate(refill.databaseUrl);
    await retryBackfill(refill.context, { id, reason: null });
    await untilAtWork(refill, id, 2);
    await edit("twice");
    expect(await repin(id)).toMatchObject({ from: 2, to: 3, runs: 28 });
    await gate.open();
    await untilClosed(refill.context, id);
    const numbers = Array.from({ length: 30 }, (_, run) => run);
    const versions = await Promise.all(
      numbers.map((run) => versionOf(id, run)),
    );
    // Each version's runs were at work side by side, so which numbers they have depends on the lanes.
    expect(countsOf(versions)).toEqual({ 1: 2, 2: 2, 3: 26 });
    expect(await kindsOf(id, true)).toEqual([]);
    expect(await coverageOf("twice")).toMatchObject({ covered: 26, stale: 4 });
  });

  test("is refused where it would change nothing, or the plan", async () => {
    const id = await startAndCancel(refill, "refused");
    await expect(repin(id)).rejects.toMatchObject({
      code: "NOTHING_TO_REPIN",
    });
    await edit("refused", {
      interval: "hour",
      source: {
        type: "postgres",
        connection: "default",
        table: "public.events",
        timestamp_column: "at",
      },
    });
    await expect(repin(id)).rejects.toMatchObject({
      code: "INTERVALS_CHANGED",
      details: { problems: ['interval from "day" to "hour"'] },
    });
    const { id: completed } = await start(refill.context, {
      export: "refused",
      start: "2024-04-01",
      end: "2024-04-02",
    });
    await untilClosed(refill.context, completed);
    await edit("refused");
    await expect(repin(completed)).rejects.toMatchObject({
      code: "NOTHING_TO_REPIN",
    });
    expect((await describing(refill, id)).definition_version).toBe(1);
  });
});
