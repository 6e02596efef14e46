import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resumeBackfill } from "../../../src/operations/backfills/pause-backfill.js";
import type { StartRequest } from "../../../src/operations/backfills/start-backfill.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";
import {
  april,
  describing,
  mostAtOnce,
  runsByStatus,
  untilIdle,
} from "./steered.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  refill.startWorker();
});

afterAll(async () => {
  await refill.remove();
});

/** A backfill of an export whose folder can't be made: every run fails for good. */
async function startBlocked(name: string, request: Partial<StartRequest> = {}) {
  await createEventsExport(refill.context, { name });
  await writeFile(join(refill.filesRoot, name), "in the way");
  const { id } = await start(refill.context, {
    ...april,
    export: name,
    ...request,
  });
  return {
    id,
    unblock: () => rm(join(refill.filesRoot, name)),
  };
}

async function untilPausedByFailures(id: string) {
  const description = await until(async () => {
    const seen = await describing(refill, id);
    return seen.paused_by === "failures" ? seen : null;
  });
  await untilIdle(refill, id);
  return description;
}

describe("runs that fail alike, one after the other", () => {
  test("pause the backfill with the reason, having gone one at a time; a resume once it is mended goes on", async () => {
    const { id, unblock } = await startBlocked("blocked", { stopAfter: 5 });
    expect(await untilPausedByFailures(id)).toMatchObject({
      status: "Running",
      paused: true,
      stop_after: 5,
      paused_reason: "5 runs in a row failed with DESTINATION_UNWRITABLE",
      failures: [{ code: "DESTINATION_UNWRITABLE", runs: 5 }],
    });
    expect(await runsByStatus(refill, id)).toEqual({ Failed: 5, Starting: 25 });
    expect(await mostAtOnce(refill, id)).toBe(1);

    await unblock();
    await resumeBackfill(refill.context, { id, reason: "mended" });
    expect((await untilClosed(refill.context, id)).status).toBe("Failed");
    expect(await runsByStatus(refill, id)).toEqual({
      Failed: 5,
      Completed: 25,
    });
    const { commands, paused } = await describing(refill, id);
    expect(paused).toBe(false);
    expect(
      commands.map(({ kind, requested_by: by, reason }) => [kind, by, reason]),
    ).toEqual([
      ["start", "tester@test", null],
      [
        "pause",
        "refill",
        expect.stringContaining("5 runs in a row") as unknown,
      ],
      ["resume", "tester@test", "mended"],
    ]);
  });

  test("pause it again after a resume that changed nothing", async () => {
    const { id } = await startBlocked("still-blocked", { stopAfter: 3 });
    await untilPausedByFailures(id);
    await resumeBackfill(refill.context, { id, reason: null });
    await until(async () => {
      const { Failed } = await runsByStatus(refill, id);
      return Failed === 6 ? true : null;
    });
    await untilPausedByFailures(id);
    expect(await runsByStatus(refill, id)).toEqual({ Failed: 6, Starting: 24 });
  });

  test("let it close as Failed where no more are left than would be spared", async () => {
    const { id } = await startBlocked("a-week", {
      end: "2024-04-08",
      stopAfter: 5,
    });
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Failed",
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
    });
  });

  test("let a month close as Failed, unless it was asked to pause", async () => {
    const { id } = await startBlocked("a-month");
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Failed",
      progress: { total_runs: 30, finished_runs: 30, progress: 1 },
    });
  });

  test("let it go on to its end where it is started so", async () => {
    const { id } = await startBlocked("to-the-end", { stopAfter: 0 });
    expect((await untilClosed(refill.context, id)).status).toBe("Failed");
    expect(await runsByStatus(refill, id)).toEqual({ Failed: 30 });
  });

  test("that is not so where one is completed in between", async () => {
    await createEventsExport(refill.context, { name: "every-other" });
    for (let day = 1; day <= 30; day += 2) {
      const [from, to] = [day, day + 1].map((date) =>
        date === 31 ? "20240501" : `202404${String(date).padStart(2, "0")}`,
      );
      const file = `${from ?? ""}T000000Z-${to ?? ""}T000000Z.jsonl`;
      await mkdir(join(refill.filesRoot, "every-other", file), {
        recursive: true,
      });
    }
    const { id } = await start(refill.context, {
      stopAfter: 5,
      ...april,
      export: "every-other",
      concurrency: 1,
    });
    expect((await untilClosed(refill.context, id)).status).toBe("Failed");
    expect(await runsByStatus(refill, id)).toEqual({
      Failed: 15,
      Completed: 15,
    });
  });
});

describe("two errors have one fingerprint", () => {
  async function fingerprint(message: string): Promise<unknown> {
    const { rows } = await refill.pool.query<{ fingerprint: unknown }>(
      `select refill.error_fingerprint($1) as fingerprint`,
      [JSON.stringify({ code: "C", message, retryable: false })],
    );
    return rows[0]?.fingerprint;
  }

  test.each([
    ["numbers", "line 17 of 200", "line 9 of 1"],
    ["quoted names", 'no column "delay"', 'no column "Origin"'],
    [
      "times",
      "got 20240301T000000Z-20240302T000000Z.jsonl",
      "got 20011231T050000Z-20020101T050000Z.jsonl",
    ],
    [
      "ids",
      "run 0f8fad5b-d9cb-469f-a165-70867728950e",
      "run 7c9e6679-7425-40de-944b-e07fc1f90ae7",
    ],
  ])("when they differ in %s alone", async (_what, one, other) => {
    expect(await fingerprint(one)).toBe(await fingerprint(other));
  });

  test("and another when they say another thing, or under another code", async () => {
    expect(await fingerprint("disk full")).not.toBe(
      await fingerprint("disk gone"),
    );
    expect(await fingerprint("disk 1 full")).toBe("C: disk # full");
  });
});
