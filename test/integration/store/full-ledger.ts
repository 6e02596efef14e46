import type { Queryable } from "../../../src/store/database/queryable.js";
import {
  backfillId,
  beginRun,
  completePlan,
  completeRun,
  exportId,
  insertOpenBackfill,
  insertRuns,
  insertSchedule,
  scheduleId,
} from "./ledger-rows.js";

/** SQL for what a backfill leaves behind once it runs: a definition replaced, a run failed and claimed, a verification. */
const besides = `
  insert into refill.command (id, backfill_id, kind, requested_by)
  values (gen_random_uuid(), '${backfillId}', 'start', 'test');
  insert into refill.replaced_pin (backfill_id, definition_version) values ('${backfillId}', 1);
  insert into refill.failure_streak (backfill_id, fingerprint, length) values ('${backfillId}', 'INTERNAL: #', 1);
  insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, became, error)
  select id, 1, 1, 1, 'worker', 'Starting', '{"code": "INTERNAL", "message": "1"}' from refill.run where ordinal = 2;
  insert into refill.interval_claim (batch_export_id, data_interval_start, data_interval_end, token, run_id, published)
  select batch_export_id, data_interval_start, data_interval_end, 7, id, '{"token": 6}' from refill.run where ordinal = 1;
  with looked as (
    insert into refill.verification (id, backfill_id, deep, total_runs, checked_runs, differing_runs, findings, requested_by)
    values (gen_random_uuid(), '${backfillId}', true, 1, 1, 1, 1, 'test') returning id
  )
  insert into refill.finding (verification_id, ordinal, number, kind, key) select id, 0, 0, 'missing', 'a.jsonl' from looked;`;

const schedule = `
  ${insertSchedule(scheduleId)}
  insert into refill.schedule_command (schedule_id, kind, requested_by) values ('${scheduleId}', 'trigger', 'test');
  insert into refill.run (
    schedule_id, batch_export_id, definition_version, fired_for, data_interval_start, data_interval_end
  ) values ('${scheduleId}', '${exportId}', 1, '2001-02-01', '2001-01-31', '2001-02-01');`;

const access = `
  with key as (
    insert into refill.api_key (team, name, scopes, secret_sha256, created_by)
    values (1, 'nightly', '{batch_export:read}', repeat('0', 64), 'test') returning id
  )
  insert into refill.api_session (token_sha256, api_key_id, expires_at)
  select repeat('1', 64), id, now() + interval '1 hour' from key;`;

/** Rows in every table of a ledger: of three planned runs, one is completed, one runs and one waits. */
export async function fillLedger(db: Queryable): Promise<void> {
  await insertOpenBackfill(db);
  await db.query(`
    ${insertRuns({ from: 0, to: 3 })} ${completePlan(3)}
    ${beginRun(0)} ${completeRun(0)} ${beginRun(1)}
    ${besides} ${schedule} ${access}`);
}

/**
 * Every row of the ledger by table, with the transaction that wrote it: equal only if nothing was so much as rewritten.
 * What was migrated is left out.
 */
export async function readLedger(
  db: Queryable,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'refill'::regnamespace and relkind = 'r' and relname <> 'migration' order by 1`,
  );
  const ledger = new Map<string, readonly string[]>();
  for (const { name } of rows) {
    const table = await db.query<{ text: string }>(
      `select t.ctid || ' ' || t.xmin || ' ' || to_jsonb(t)::text as text from refill.${name} t order by 1`,
    );
    ledger.set(
      name,
      table.rows.map(({ text }) => text),
    );
  }
  return ledger;
}
