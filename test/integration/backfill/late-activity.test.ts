import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { ledgerOf } from "../crash/exported-files.js";
import { closeGate, createGate, gatedSource, runningCopies } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
} from "./installation.js";
import { activitiesOf, inActivity } from "./loose-activities.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "1 hour",
  });
  await createGate(refill.pool);
});

afterAll(async () => {
  await refill.remove();
});

const days = { start: "2024-03-01", end: "2024-03-04" };

/** A planned backfill, and the export of its first run waiting in the database. */
async function startExporting(name: string) {
  await createEventsExport(refill.context, {
    name,
    source: gatedSource,
  });
  const { id } = await start(refill.context, { ...days, export: name });
  const fence = { backfillId: id, generation: 1 };
  const activities = activitiesOf(refill, "late");
  await inActivity(() =>
    activities.beginBackfill({ ...fence, executionIndex: 0 }),
  );
  await inActivity(() => activities.writePlan(fence));
  const gate = await closeGate(refill.databaseUrl);
  const late = inActivity(() =>
    activities.exportRuns({
      ...fence,
      from: 0,
      to: 1,
      slot: 0,
      beginForMs: 10_000,
    }),
  );
  await until(async () =>
    (await runningCopies(refill.pool)) === 1 ? true : null,
  );
  return { id, fence, gate, late };
}

async function filesOf(name: string): Promise<readonly string[]> {
  const folder = join(refill.filesRoot, name);
  return existsSync(folder) ? (await readdir(folder)).sort() : [];
}

describe("an activity that does not know yet that it is over", () => {
  test("writes nothing after its backfill was terminated, neither a file nor the ledger", async () => {
    const { id, fence, gate, late } = await startExporting("terminated");
    await refill.temporal.workflow
      .getHandle(backfillWorkflowId(id, 1))
      .terminate("by hand");
    const { backfill } = await until(async () => {
      const reading = await getBackfill(refill.context, { id });
      return reading.backfill.status === "Terminated" ? reading : null;
    });
    const ledger = await ledgerOf(refill, id);
    await gate.open();

    expect(await late).toMatchObject({ completed: 0, failed: 0, records: "0" });
    expect(await filesOf("terminated")).toEqual([]);
    expect(await ledgerOf(refill, id)).toEqual(ledger);
    expect(ledger.map((run) => run.status)).toEqual(
      Array.from({ length: 3 }, () => "Terminated"),
    );

    const activities = activitiesOf(refill, "later still");
    await expect(
      inActivity(() =>
        activities.beginBackfill({ ...fence, executionIndex: 1 }),
      ),
    ).rejects.toMatchObject({ type: "FENCED_OFF" });
    await inActivity(() =>
      activities.writeContinuedAsNew({ ...fence, executionIndex: 0 }),
    );
    await inActivity(() =>
      activities.finishBackfill({
        ...fence,
        cancelled: true,
        planFailure: null,
      }),
    );
    expect((await getBackfill(refill.context, { id })).backfill).toEqual(
      backfill,
    );
  });

  test("publishes nothing after its run was given to another worker, and disturbs nothing of that one's", async () => {
    const { id, fence, gate, late } = await startExporting("taken-over");
    const activities = activitiesOf(refill, "second");
    const second = inActivity(() =>
      activities.exportRuns({
        ...fence,
        from: 0,
        to: 1,
        slot: 0,
        beginForMs: 10_000,
      }),
    );
    await until(async () =>
      (await runningCopies(refill.pool)) === 2 ? true : null,
    );
    await gate.open();

    expect(await late).toMatchObject({ completed: 0, failed: 0, records: "0" });
    expect(await second).toMatchObject({ completed: 1, records: "24" });
    expect(await filesOf("taken-over")).toEqual([
      "20240301T000000Z-20240302T000000Z.jsonl",
    ]);
    const [run] = await ledgerOf(refill, id);
    expect(run).toMatchObject({
      status: "Completed",
      attempt: 2,
      claimed_by: "second",
    });
  });

  test("of a generation that is over is refused", async () => {
    await createEventsExport(refill.context, { name: "retried" });
    const { id } = await start(refill.context, { ...days, export: "retried" });
    await refill.pool.query(
      "update refill.backfill set generation = 2 where id = $1",
      [id],
    );
    const activities = activitiesOf(refill, "earlier");
    const fence = { backfillId: id, generation: 1 };
    for (const write of [
      () => activities.beginBackfill({ ...fence, executionIndex: 0 }),
      () => activities.writePlan(fence),
      () =>
        activities.exportRuns({
          ...fence,
          from: 0,
          to: 1,
          slot: 0,
          beginForMs: 10_000,
        }),
      () =>
        activities.finishBackfill({
          ...fence,
          cancelled: true,
          planFailure: null,
        }),
    ]) {
      await expect(inActivity<unknown>(write)).rejects.toMatchObject({
        type: "FENCED_OFF",
      });
    }
    expect(await ledgerOf(refill, id)).toEqual([]);
  });
});
