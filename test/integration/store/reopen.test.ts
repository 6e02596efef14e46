import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import {
  countRunsToReopen,
  reopenBackfill,
  reopenNextRuns,
} from "../../../src/store/backfills/reopen-backfill.js";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import {
  backfillId,
  beginRun,
  closeBackfill,
  completePlan,
  completeRun,
  insertRuns,
  setBackfill,
} from "./ledger-rows.js";

let ledger: LedgerDatabase;
let pool: Pool;

beforeAll(async () => {
  ledger = await createLedger();
  pool = ledger.pool;
  await pool.query(`
    ${insertRuns({ from: 0, to: 25 })} ${completePlan(25)} ${beginRun(12)} ${completeRun(12)}
    ${cancelOpenRuns} ${closeBackfill("Cancelled", 10)}`);
});

afterAll(() => ledger.drop());

const cancelOpenRuns = `update refill.run set status = 'Cancelled', finished_at = now() where finished_at is null;`;

function reopen(generation: number): Promise<boolean> {
  return reopenBackfill(pool, {
    backfillId,
    generation,
    temporalNamespace: "default",
    temporalClusterId: "cluster",
  });
}

async function ordinalsOf(status: string): Promise<readonly number[]> {
  const { rows } = await pool.query<{ ordinal: number }>(
    `select ordinal from refill.run where status = $1 order by ordinal`,
    [status],
  );
  return rows.map(({ ordinal }) => ordinal);
}

test("the runs of a reopened backfill are opened in pieces, the completed ones never, until it is cancelled or closed", async () => {
  expect(await reopen(1)).toBe(true);
  expect(await countRunsToReopen(pool, backfillId)).toBe(24);
  const second = { backfillId, generation: 2 };
  expect(await reopenNextRuns(pool, { backfillId, generation: 1 }, 10)).toBe(
    true,
  );
  expect(await ordinalsOf("Starting")).toEqual([]);
  expect(await reopenNextRuns(pool, second, 10)).toBe(false);
  expect(await ordinalsOf("Starting")).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await countRunsToReopen(pool, backfillId)).toBe(14);

  await pool.query(
    setBackfill("cancel_requested_at = now(), cancel_mode = 'stop'"),
  );
  expect(await reopenNextRuns(pool, second, 10)).toBe(true);
  expect(await ordinalsOf("Starting")).toHaveLength(10);
  await pool.query(
    setBackfill("cancel_requested_at = null, cancel_mode = null"),
  );

  expect(await reopenNextRuns(pool, second, 10)).toBe(false);
  expect(await reopenNextRuns(pool, second, 10)).toBe(true);
  expect(await ordinalsOf("Starting")).toHaveLength(24);
  expect(await ordinalsOf("Completed")).toEqual([12]);
  expect(await countRunsToReopen(pool, backfillId)).toBe(0);
  await pool.query(`${beginRun(0)} ${completeRun(0)}`);
  expect(await reopenNextRuns(pool, second, 10)).toBe(true);
  expect(await ordinalsOf("Completed")).toEqual([0, 12]);
});
