import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createEvents } from "../backfill/installation.js";
import { addEventExport } from "../client/event-exports.js";
import { createOperator, type Operator } from "../client/operator.js";

let operator: Operator;
let id: string;

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "6 hours",
  });
  await addEventExport(context, "events");
  operator.startWorker();
  ({ id } = await operator.started(
    "events",
    "--start",
    "2024-03-01",
    "--end",
    "2024-03-03",
  ));
  await operator.closed(id);
});

afterAll(async () => {
  await operator.remove();
});

test("verify ends with 0 when nothing differs, and says how much was looked at", async () => {
  const end = await operator.run(["backfill", "verify", id, "--deep"]);
  expect(end).toMatchObject({
    exitCode: 0,
    stdout: "Nothing differs: 2 completed runs looked at.\n",
  });
});

test("verify ends with 1 when something differs, as text and as one JSON document", async () => {
  const folder = join(operator.refill.filesRoot, "events-1");
  const [first = ""] = (await readdir(folder)).sort();
  await rm(join(folder, first));
  const text = await operator.run(["backfill", "verify", id]);
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toContain(
    `run 0  2024-03-01T00:00:00Z  missing  ${first}: `,
  );
  expect(text.stdout).toContain("1 run differs");

  const { exitCode, document } = await operator.json([
    "backfill",
    "verify",
    id,
    "--repair",
  ]);
  expect(exitCode).toBe(1);
  expect(document).toMatchObject({
    backfill: id,
    status: "Completed",
    differing_runs: 1,
    findings_count: 1,
    findings: [{ run: 0, kind: "missing", key: first, actual: null }],
    repair: {
      start_at: "2024-03-01T00:00:00Z",
      end_at: "2024-03-02T00:00:00Z",
    },
  });
  const { repair } = document as { readonly repair: { readonly id: string } };
  expect(await operator.closed(repair.id)).toMatchObject({
    status: "Completed",
  });
});

test("coverage shows the gap, and --fix starts the backfill that closes it", async () => {
  const args = [
    "export",
    "coverage",
    "events",
    "--start",
    "2024-03-01",
    "--end",
    "2024-03-04",
  ];
  const text = await operator.run(args);
  expect(text.stdout).toContain("2 of 3 intervals covered (66.6%), 1 missing");
  const { document } = await operator.json([...args, "--fix"]);
  const { backfills } = document as {
    readonly backfills: readonly { readonly id: string }[];
  };
  expect(backfills).toHaveLength(1);
  await operator.closed(backfills[0]?.id ?? "");
  expect(await operator.json(args)).toMatchObject({
    document: { intervals: { total: 3, covered: 3 } },
  });
});
