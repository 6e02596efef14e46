import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { PoolClient } from "pg";
import type { Queryable } from "../../../src/store/database/queryable.js";
import { type Claim, claimRun } from "../../../src/store/runs/claims.js";
import { completeRun } from "../../../src/store/runs/close-run.js";
import { until } from "../backfill/installation.js";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import {
  backfillId,
  completePlan,
  exportId,
  insertBackfill,
  insertRuns,
} from "./ledger-rows.js";

const otherBackfillId = "00000000-0000-4000-8000-0000000000f2";

let ledger: LedgerDatabase;
let first: PoolClient;

beforeEach(async () => {
  ledger = await createLedger();
  await ledger.pool.query(
    `begin; ${insertRuns({ from: 0, to: 1 })} ${completePlan(1)} commit`,
  );
  first = await ledger.pool.connect();
});

afterEach(async () => {
  first.release();
  await ledger.drop();
});

function claim(db: Queryable, slot: number, of = backfillId) {
  return claimRun(db, {
    backfillId: of,
    generation: 1,
    ordinal: 0,
    slot,
    staged: {},
    worker: "test",
    place: null,
    definitionVersion: 1,
  });
}

/** Two claims, of which the second looks before the first has committed, and waits for it. */
async function claimAtOnce(
  second: () => Promise<Claim | null>,
): Promise<readonly [Claim | null, Claim | null]> {
  await first.query("begin");
  const won = await claim(first, 0);
  const waiting = second();
  await until(async () => {
    const { rowCount } = await ledger.pool.query(
      `select from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount === 1 ? true : null;
  });
  await first.query("commit");
  return [won, await waiting];
}

async function completes(won: Claim | null): Promise<boolean> {
  const { runId = "", token = 0 } = won ?? {};
  const published = { identity: "", run: runId, token, keys: [] };
  return completeRun(
    ledger.pool,
    { runId, token },
    { records: 1, bytes: 1, files: [], skipReason: null, published },
  );
}

test("of two claims of one run at once, the first has it and can complete it", async () => {
  const [won, lost] = await claimAtOnce(() => claim(ledger.pool, 1));
  expect(won).toMatchObject({ attempt: 1, token: 1 });
  expect(lost).toBeNull();
  expect(await completes(won)).toBe(true);
});

test("of the claims of two backfills on one interval at once, the first has it and can complete it", async () => {
  await ledger.pool.query(
    `begin;
     ${insertBackfill(otherBackfillId)}
     insert into refill.run (backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end)
     values ('${otherBackfillId}', '${exportId}', 0, '2001-01-01 00:00Z', '2001-01-01 01:00Z');
     update refill.backfill set planned_at = now(), plan_digest = 'digest', total_runs = 1
     where id = '${otherBackfillId}';
     commit`,
  );
  const [won, lost] = await claimAtOnce(() =>
    claim(ledger.pool, 0, otherBackfillId),
  );
  expect(won).toMatchObject({ attempt: 1, token: 1 });
  expect(lost).toBeNull();
  expect(await completes(won)).toBe(true);
  expect(await claim(ledger.pool, 0, otherBackfillId)).toMatchObject({
    token: 2,
  });
});
