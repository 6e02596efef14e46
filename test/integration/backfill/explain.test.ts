import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { retryBackfill } from "../../../src/operations/backfills/retry-backfill.js";
import { explainRun } from "../../../src/operations/runs/explain-run.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "./installation.js";

let refill: Installation;
let id: string;

/** Three days, the last without data: failed, then mended and retried. */
beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-04-03",
    every: "1 hour",
  });
  await createEventsExport(refill.context);
  const inTheWay = join(refill.filesRoot, "events");
  await writeFile(inTheWay, "in the way");
  refill.startWorker();
  ({ id } = await start(refill.context, {
    start: "2024-04-01",
    end: "2024-04-04",
  }));
  expect((await untilClosed(refill.context, id)).status).toBe("Failed");
  await rm(inTheWay);
  await retryBackfill(refill.context, { id, reason: null });
  expect((await untilClosed(refill.context, id)).status).toBe("Completed");
});

afterAll(async () => {
  await refill.remove();
});

test.each(["1", "2024-04-02", "2024-04-02T17:30:00Z"])(
  "run %s is told with why it was planned, each attempt, and who wrote its file",
  async (run) => {
    const story = await explainRun(refill.context, { id, run });
    expect(story).toMatchObject({
      run: { ordinal: 1, status: "Completed", records_completed: 24n },
      planned: {
        definition_version: 1,
        reason:
          "Interval 2 of 3, oldest first, of the range that tester@test asked for. The plan counted 24 records.",
      },
      attempts: [
        {
          generation: 1,
          attempt: 1,
          token: 1,
          became: "Failed",
          error: { code: "DESTINATION_UNWRITABLE" },
        },
        {
          generation: 2,
          attempt: 1,
          token: 2,
          became: "Completed",
          error: null,
        },
      ],
      next_attempt_at: null,
      output: { run: story.run.id, backfill: id, token: 2 },
    });
    expect(story.output?.keys).toEqual(story.run.files.map(({ key }) => key));
  },
);

test("a run without data is told to have been closed without an export", async () => {
  expect(await explainRun(refill.context, { id, run: "2" })).toMatchObject({
    run: { skip_reason: "no data" },
    planned: {
      reason: expect.stringContaining("without an export") as unknown,
    },
    attempts: [],
    output: null,
  });
});

test.each([
  ["3", "RUN_NOT_FOUND"],
  ["2024-04-04", "RUN_NOT_FOUND"],
  ["2024-04-01T05:00:00", "TIMESTAMP_NAIVE"],
  ["tomorrow", "TIMESTAMP_INVALID"],
])("there is no run %s, which is said with %s", async (run, code) => {
  await expect(explainRun(refill.context, { id, run })).rejects.toMatchObject({
    code,
  });
});
