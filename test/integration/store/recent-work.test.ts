import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { measureRecentWork } from "../../../src/store/runs/run-rows.js";
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

/** SQL that moves the end of a run into the past. */
function finishedAgo(ordinal: number, seconds: number): string {
  return `update refill.run set finished_at = now() - interval '${seconds} s'
    where backfill_id = '${backfillId}' and ordinal = ${ordinal};`;
}

test("recent work is what was exported in each third of the last minute, and how much of it came after the plan", async () => {
  expect(await measureRecentWork(pool, backfillId)).toEqual([]);
  const ordinals = [0, 1, 2, 3];
  await pool.query(`
    begin;
    ${insertRuns({ from: 0, to: 6 })}
    ${setBackfill("planned_at = now() - interval '50 s', plan_digest = 'digest', total_runs = 6")}
    ${ordinals.map((n) => beginRun(n) + completeRun(n)).join("")}
    ${finishedAgo(1, 5)} ${finishedAgo(2, 45)} ${finishedAgo(3, 300)}
    update refill.run set status = 'Completed', records_completed = 0, bytes_exported = 0, files = '[]',
      skip_reason = 'no data', finished_at = now() where ordinal = 5;
    commit`);
  const work = await measureRecentWork(pool, backfillId);
  expect(work).toMatchObject([
    { runs: 2, records: 20, seconds: 20 },
    { runs: 0, records: 0, seconds: 20 },
    { runs: 1, records: 10 },
  ]);
  expect(work[2]?.seconds).toBeGreaterThanOrEqual(10);
  expect(work[2]?.seconds).toBeLessThanOrEqual(20);
});
