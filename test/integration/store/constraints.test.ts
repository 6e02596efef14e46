import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import { backfillId, closeBackfill, completed } from "./ledger-rows.js";
import { untrueBackfills } from "./untrue-backfills.js";
import { untrueKeys } from "./untrue-keys.js";
import { untrueLedgers } from "./untrue-ledgers.js";
import { untrueRuns } from "./untrue-runs.js";
import { untrueSchedules } from "./untrue-schedules.js";
import { untrueVerifications } from "./untrue-verifications.js";

let ledger: LedgerDatabase;
let pool: Pool;

beforeAll(async () => {
  ledger = await createLedger();
  pool = ledger.pool;
});

afterAll(() => ledger.drop());

const untrue = [
  ...untrueBackfills,
  ...untrueRuns,
  ...untrueVerifications,
  ...untrueLedgers,
  ...untrueKeys,
  ...untrueSchedules,
];

test.each(untrue)(
  "%s is refused by %s",
  async (_what, name, before, refused) => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query(before);
      await expect(client.query(refused)).rejects.toMatchObject({
        constraint: name,
      });
    } finally {
      await client.query("rollback");
      client.release();
    }
  },
);

test("a backfill with all its runs completed closes as Completed", async () => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(`${completed} ${closeBackfill("Completed", 10)}`);
    const { rows } = await client.query(
      "select status, total_records from refill.backfill where id = $1",
      [backfillId],
    );
    expect(rows).toEqual([{ status: "Completed", total_records: 10n }]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

/** Their columns cannot repeat while the primary key holds: they are there to be referred to. */
const targetsOfForeignKeys = [
  "backfill_is_known_with_its_export",
  "backfill_open_id_key",
];

test("every constraint of the schema was seen to refuse something", async () => {
  const { rows } = await pool.query<{ name: string }>(`
    select conname as name from pg_constraint
    where connamespace = 'refill'::regnamespace and contype in ('c', 'f', 'u')
    union
    select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'refill'::regnamespace and i.indisunique
      and not exists (select from pg_constraint n where n.conindid = i.indexrelid)
    union
    select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where c.relnamespace = 'refill'::regnamespace and p.proname in ('refuse', 'keep_the_closed_ledger')`);
  const seen = new Set(untrue.map(([, name]) => name));
  const unseen = rows
    .map(({ name }) => name.replace(/^refill\./, ""))
    .filter((name) => !seen.has(name) && !targetsOfForeignKeys.includes(name));
  expect(unseen).toEqual([]);
});
