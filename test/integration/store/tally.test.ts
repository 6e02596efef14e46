import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Pool, PoolClient } from "pg";
import { inTransaction } from "../../../src/store/database/in-transaction.js";
import type { Queryable } from "../../../src/store/database/queryable.js";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import {
  backfillId,
  beginRun,
  closeBackfill,
  completePlan,
  completeRun,
  insertRuns,
} from "./ledger-rows.js";

let ledger: LedgerDatabase;
let pool: Pool;

beforeAll(async () => {
  ledger = await createLedger();
  pool = ledger.pool;
});

afterAll(() => ledger.drop());

const counts = {
  starting: "status = 'Starting'",
  running: "status = 'Running'",
  completed: "status = 'Completed'",
  empty: "skip_reason is not null",
  failed: "status = 'Failed'",
  failed_retryable: "status = 'FailedRetryable'",
  timed_out: "status = 'TimedOut'",
  cancelled: "status = 'Cancelled'",
  terminated: "status = 'Terminated'",
};

async function tally(db: Queryable): Promise<unknown> {
  const sums = [...Object.keys(counts), "records", "bytes"].map(
    (name) => `coalesce(sum(${name}), 0)::bigint as ${name}`,
  );
  const { rows } = await db.query(
    `select ${sums.join(", ")} from refill.run_tally where backfill_id = $1`,
    [backfillId],
  );
  return rows[0] as unknown;
}

async function recount(db: Queryable): Promise<unknown> {
  const recounted = Object.entries(counts).map(
    ([name, condition]) => `count(*) filter (where ${condition}) as ${name}`,
  );
  const { rows } = await db.query(
    `select ${recounted.join(", ")}, coalesce(sum(records_completed), 0)::bigint as records,
       coalesce(sum(bytes_exported), 0)::bigint as bytes
     from refill.run where backfill_id = $1`,
    [backfillId],
  );
  return rows[0] as unknown;
}

/** Something done to all runs of `[from, to)` that allow it, in one statement. */
interface Step {
  readonly sql: string;
  readonly from: number;
  readonly to: number;
}

const changes = [
  `update refill.run set status = 'Running', attempt = attempt + 1, claim_token = 1, slot = ordinal, started_at = now() where status = 'Starting'`,
  `update refill.run set status = 'Starting', next_attempt_at = now() where status = 'Running'`,
  `update refill.run set status = 'Completed', records_completed = ordinal, bytes_exported = 7 * ordinal, files = '[]', finished_at = now() where status = 'Running'`,
  `update refill.run set status = 'Completed', records_completed = 0, bytes_exported = 0, files = '[]', skip_reason = 'no data', finished_at = now() where status = 'Starting'`,
  `update refill.run set status = 'Failed', latest_error = '{}', finished_at = now() where status = 'Running'`,
  `update refill.run set status = 'FailedRetryable', latest_error = '{}', finished_at = now() where status = 'Running'`,
  `update refill.run set status = 'TimedOut', latest_error = '{}', finished_at = now() where status = 'Running'`,
  `update refill.run set status = 'Cancelled', finished_at = now() where status in ('Starting', 'Running')`,
  `update refill.run set status = 'Terminated', finished_at = now() where status in ('Starting', 'Running')`,
  `update refill.run set status = 'Starting', finished_at = null where status not in ('Starting', 'Running', 'Completed')`,
  `update refill.run set bytes_exported = ordinal where status in ('Starting', 'Running')`,
  `update refill.run set last_updated_at = now() where true`,
  `delete from refill.run where true`,
];

const insertMissing = insertRuns({ from: 0, to: 200 })
  .replace(";", " on conflict do nothing")
  .replace(
    "from generate_series(0, 199) n",
    "from generate_series($1::integer, $2::integer) n",
  );

const ordinal = fc.integer({ min: 0, max: 199 });
const steps: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(insertMissing, ...changes), ordinal, ordinal)
  .map(([sql, a, b]) => ({ sql, from: Math.min(a, b), to: Math.max(a, b) }));

async function take(client: PoolClient, step: Step): Promise<void> {
  const where =
    step.sql === insertMissing ? "" : " and ordinal >= $1 and ordinal < $2";
  await client.query(step.sql + where, [step.from, step.to]);
}

test("whatever is done to runs, the tally equals a recount", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 5, maxLength: 25 }),
      async (taken) => {
        const client = await pool.connect();
        try {
          await client.query("begin");
          await client.query(insertRuns({ from: 20, to: 120 }));
          for (const step of taken) {
            await take(client, step);
            expect(await tally(client)).toEqual(await recount(client));
          }
          await client.query("delete from refill.run");
          expect(await tally(client)).toEqual(await recount(client));
        } finally {
          await client.query("rollback");
          client.release();
        }
      },
    ),
    { numRuns: 60 },
  );
});

const lanes = 8;
/** So few that all of them may be at work at once. */
const laneRuns = 60;

test("eight lanes that begin and close runs while one cancels the rest never deadlock, and the tally is right", async () => {
  const total = lanes * laneRuns;
  await pool.query(insertRuns({ from: 0, to: total }) + completePlan(total));
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  expect(await tally(pool)).toEqual(await recount(pool));
  const end = (await recount(pool)) as Record<string, bigint>;
  expect(end).toMatchObject({ starting: 0n, running: 0n });
  expect(end["completed"]).toBeGreaterThan(0n);
  expect(end["cancelled"]).toBeGreaterThan(0n);
  await pool.query(closeBackfill("Cancelled", Number(end["records"])));
});

/** Each lane has runs of its own, and all lanes meet in the same 64 rows of the tally. */
async function work(lane: number): Promise<void> {
  const from = lane * laneRuns;
  for (let turn = 0; turn < 5; turn += 1) {
    await change(
      from,
      "status = 'Running', claim_token = 1, slot = ordinal, started_at = now()",
    );
    await change(from, "status = 'Starting'");
  }
  for (let n = from; n < from + laneRuns; n += 1) {
    if (lane === 0 && n === 20) await cancelTheRest();
    if (!(await exportOne(n))) return;
  }
}

async function change(from: number, values: string): Promise<void> {
  await pool.query(
    `update refill.run set ${values} where open_backfill_id = $1 and ordinal >= $2 and ordinal < $3`,
    [backfillId, from, from + laneRuns],
  );
}

/** As a lane does it: a claim, then the end in a transaction of its own. False once the run is closed to it. */
async function exportOne(n: number): Promise<boolean> {
  const open = "and status in ('Starting', 'Running')";
  const begun = await pool.query(beginRun(n).replace(";", ` ${open}`));
  const ended = await inTransaction(pool, (client) =>
    client.query(completeRun(n).replace(";", " and status = 'Running'")),
  );
  return begun.rowCount === 1 && ended.rowCount === 1;
}

async function cancelTheRest(): Promise<void> {
  await pool.query(
    "update refill.run set status = 'Cancelled', finished_at = now() where open_backfill_id = $1",
    [backfillId],
  );
}
