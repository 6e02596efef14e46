import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { backfillThroughput } from "../../../src/operations/backfills/backfill-throughput.js";
import { insertCommand } from "../../../src/store/backfills/backfill-commands.js";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import {
  backfillId,
  beginRun,
  completeRun,
  insertRuns,
  setBackfill,
} from "./ledger-rows.js";

let ledger: LedgerDatabase;
let pool: Pool;

beforeAll(async () => {
  ledger = await createLedger();
  pool = ledger.pool;
});

afterAll(() => ledger.drop());

const planned = "2024-03-01 00:00:00.25Z";

/** SQL that lets a run have ended so long after the plan. */
function endedAfter(ordinal: number, seconds: number): string {
  return `update refill.run set finished_at = timestamptz '${planned}' + interval '${seconds} s'
    where backfill_id = '${backfillId}' and ordinal = ${ordinal};`;
}

async function command(kind: "pause" | "resume", at: string): Promise<void> {
  const id = crypto.randomUUID();
  await insertCommand(pool, {
    id,
    backfillId,
    kind,
    arguments: {},
    reason: null,
    requestedBy: "test",
  });
  await pool.query(
    `update refill.command set requested_at = $2 where id = $1`,
    [id, at],
  );
}

test("throughput is what ended by being exported, bucket by bucket from the plan to the end, with the pauses", async () => {
  const asked = { id: backfillId, buckets: 100 };
  expect(await backfillThroughput({ pool }, asked)).toMatchObject({
    start: null,
    end: null,
    buckets: [],
    pauses: [],
  });
  await pool.query(`
    begin;
    ${insertRuns({ from: 0, to: 6 })}
    ${setBackfill(`planned_at = '${planned}', plan_digest = 'digest', total_runs = 6`)}
    ${[0, 1, 2, 3].map((n) => beginRun(n) + completeRun(n)).join("")}
    ${beginRun(4)}
    update refill.run set status = 'Failed', finished_at = now(),
      latest_error = '{"code": "SOURCE_FAILED", "message": "no", "retryable": false}' where ordinal = 4;
    update refill.run set status = 'Completed', records_completed = 0, bytes_exported = 0, files = '[]',
      skip_reason = 'no data', finished_at = now() where ordinal = 5;
    ${endedAfter(0, 0)} ${endedAfter(1, 9.999)} ${endedAfter(2, 10)} ${endedAfter(3, 35)} ${endedAfter(4, 36)}
    update refill.backfill set status = 'FailedRetryable', total_records = 40,
      finished_at = timestamptz '${planned}' + interval '36 s' where id = '${backfillId}';
    commit`);
  await command("pause", "2024-03-01 00:00:12Z");
  await command("resume", "2024-03-01 00:00:30Z");

  const ended = { completed: 1, failed: 0, records: 10n, bytes: 100n };
  const nothing = { completed: 0, failed: 0, records: 0n, bytes: 0n };
  expect(await backfillThroughput({ pool }, { ...asked, buckets: 4 })).toEqual({
    start: "2024-03-01T00:00:00.25Z",
    end: "2024-03-01T00:00:36.25Z",
    bucket_seconds: 10,
    buckets: [
      { completed: 2, failed: 0, records: 20n, bytes: 200n },
      ended,
      nothing,
      { ...ended, failed: 1 },
    ],
    pauses: [{ start: "2024-03-01T00:00:12Z", end: "2024-03-01T00:00:30Z" }],
  });
  const { buckets } = await backfillThroughput({ pool }, asked);
  expect(buckets).toHaveLength(36);
  expect(buckets.at(-1)).toEqual({ ...ended, failed: 1 }); // ended with the backfill itself
});
