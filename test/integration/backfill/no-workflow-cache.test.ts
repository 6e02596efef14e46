import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import { ledgerOf } from "../crash/exported-files.js";
import { earlyServers } from "../servers/servers.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation({
    servers: await earlyServers(),
    env: { REFILL_MAX_CACHED_WORKFLOWS: "0" },
  });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-31",
    every: "6 hours",
  });
});

afterAll(() => refill.remove());

test("a worker that replays its workflows at every step goes through failures, passes and continuing as new without a slip", async () => {
  await refill.pool.query(`
    create function public.busy(at timestamptz) returns boolean language plpgsql as $$
    begin
      if current_query() ilike 'copy %' and at >= '2024-03-05' and at < '2024-03-06' then
        raise exception 'busy' using errcode = '40001';
      end if;
      return true;
    end $$`);
  await createEventsExport(refill.context, {
    source: {
      type: "postgres",
      connection: "default",
      table: "public.events",
      timestamp_column: "at",
      where: "public.busy(at)",
    },
  });
  const blocked = "20240320T000000Z-20240321T000000Z.jsonl";
  await mkdir(join(refill.filesRoot, "events", blocked), { recursive: true });
  refill.startWorker();
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-03-31",
    concurrency: 3,
  });

  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Failed",
    total_records_count: 112n,
    progress: { total_runs: 30, finished_runs: 30, progress: 1 },
  });
  const failed = (await ledgerOf(refill, id)).filter(
    ({ status }) => status !== "Completed",
  );
  expect(failed).toMatchObject([
    {
      ordinal: 4,
      status: "FailedRetryable",
      attempt: 2,
      latest_error: { code: "SOURCE_CONFLICT" },
    },
    {
      ordinal: 19,
      status: "Failed",
      attempt: 1,
      latest_error: { code: "DESTINATION_UNWRITABLE" },
    },
  ]);
  const row = await findBackfill(refill.pool, id);
  expect(row?.execution_index).toBeGreaterThan(0);
  expect(await failedTasksOf(row?.first_execution_run_id ?? null, id)).toEqual(
    [],
  );
});

/** What a replay that went another way would have left in the histories of the backfill's Temporal runs. */
async function failedTasksOf(
  firstRunId: string | null,
  id: string,
): Promise<readonly unknown[]> {
  const failed: unknown[] = [];
  for (let runId = firstRunId; runId !== null;) {
    const handle = refill.temporal.workflow.getHandle(
      `backfill-${id}-1`,
      runId,
      { followRuns: false },
    );
    const events = await until(async () => {
      const { status } = await handle.describe();
      if (status.name === "RUNNING") return null;
      return (await handle.fetchHistory()).events ?? [];
    });
    failed.push(
      ...events.flatMap(
        ({ workflowTaskFailedEventAttributes: failure }) => failure ?? [],
      ),
    );
    runId =
      events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes
        ?.newExecutionRunId ?? null;
  }
  return failed;
}
