import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeBackfill } from "../../../src/operations/backfills/describe-backfill.js";
import { ledgerOf } from "../crash/exported-files.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
} from "./installation.js";
import { stepsOf } from "./loose-activities.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
});

afterAll(async () => {
  await refill.remove();
});

const day = { start: "2024-03-01", end: "2024-03-02" };

/** A backfill that was planned when its table had the columns id, at and name. */
async function planned(name: string, changes: object = {}) {
  const table = `public.${name}`;
  await createEvents(refill.pool, { ...day, table, every: "6 hours" });
  await createEventsExport(refill.context, {
    name,
    source: {
      type: "postgres",
      connection: "default",
      table,
      timestamp_column: "at",
      ...changes,
    },
  });
  const { id } = await start(refill.context, { ...day, export: name });
  const steps = stepsOf(refill, id, "any");
  await steps.plan();
  return { id, steps };
}

async function keysOf(name: string): Promise<readonly string[]> {
  const file = "20240301T000000Z-20240302T000000Z.jsonl";
  const text = await readFile(join(refill.filesRoot, name, file), "utf8");
  return Object.keys(JSON.parse(text.split("\n")[0] ?? "") as object);
}

async function warningsOf(id: string): Promise<readonly string[]> {
  const { description } = await describeBackfill(refill.context, { id });
  return description.warnings;
}

describe("a column of the source, between a backfill's plan and a run,", () => {
  test("that is added is not exported, and the backfill says so, once", async () => {
    const { id, steps } = await planned("added");
    await refill.pool.query("alter table public.added add column more text");
    expect(await steps.exportFirst()).toMatchObject({ completed: 1 });
    expect(await keysOf("added")).toEqual(["id", "at", "name"]);
    await stepsOf(refill, id, "another").exportFirst();
    expect(await warningsOf(id)).toEqual([
      "Columns were added to the source after the plan was made, and are not exported: more. A new backfill exports them.",
    ]);
  });

  test("that is added is no matter where the definition names its columns", async () => {
    const { id, steps } = await planned("named", { columns: ["at", "id"] });
    await refill.pool.query("alter table public.named add column more text");
    expect(await steps.exportFirst()).toMatchObject({ completed: 1 });
    expect(await keysOf("named")).toEqual(["at", "id"]);
    expect(await warningsOf(id)).toEqual([]);
  });

  test.each([
    ["dropped", "drop column name", "name (text) is gone"],
    ["renamed", "rename column name to title", "name (text) is gone"],
    ["retyped", "alter column id type integer", "id was bigint and is integer"],
  ])(
    "that is %s fails the run, which names it and writes nothing",
    async (name, change, problem) => {
      const { id, steps } = await planned(name);
      await refill.pool.query(`alter table public.${name} ${change}`);
      expect(await steps.exportFirst()).toMatchObject({ failed: 1 });
      const [run] = await ledgerOf(refill, id);
      expect(run).toMatchObject({
        status: "Failed",
        latest_error: {
          code: "SOURCE_COLUMNS_CHANGED",
          message: expect.stringContaining(problem),
        },
      });
      await expect(keysOf(name)).rejects.toMatchObject({ code: "ENOENT" });
    },
  );
});
