import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import { checkStatements } from "./statements/check-statements.js";
import { StoreSource } from "./statements/store-source.js";

/** Columns that may be null, by statements that leave such rows out: why they do is known to the schema, not to Postgres. */
const neverNull: Readonly<Record<string, string>> = {
  "backfills/reopen-backfill.ts from": "only where it is not null",
  "backfills/reopen-backfill.ts total": "backfill_plan_is_whole",
  "backfills/throughput-buckets.ts started": "only where it is not null",
  "runs/open-runs.ts ordinal": "run_ordinal_belongs_to_a_backfill",
  "runs/open-runs.ts claim_token": "run_at_work_holds_a_claim",
  "runs/run-rows.ts ordinal": "run_ordinal_belongs_to_a_backfill",
  "runs/run-story.ts ordinal": "run_ordinal_belongs_to_a_backfill",
  "schedules/live-runs.ts definition_version": "run_of_a_schedule_is_pinned",
  "verifications/verification-rows.ts ordinal":
    "run_ordinal_belongs_to_a_backfill",
  "verifications/verification-rows.ts files": "run_completes_with_its_counts",
};

const store = new StoreSource("src/store");

let ledger: LedgerDatabase;

beforeAll(async () => {
  ledger = await createLedger();
});

afterAll(async () => {
  await ledger.drop();
});

test("Postgres prepares every statement of the store, and returns what its row type says", async () => {
  const findings = await checkStatements(ledger.pool, store);
  const excused = Object.keys(neverNull).map((each) => `${each} may be null`);
  expect(
    findings.filter((finding) => !excused.includes(withoutLine(finding))),
  ).toEqual([]);
  const found = findings.map(withoutLine);
  expect(excused.filter((each) => !found.includes(each))).toEqual([]);
});

test("no file of the store passes a statement by the check", () => {
  const files = store.queries().map((place) => place.replace(/:\d+$/, ""));
  expect([...new Set(files)].sort()).toEqual([
    "database/copy-rows.ts",
    "database/in-transaction.ts",
    "database/migrate.ts",
    "database/pool.ts",
    "database/readiness.ts",
    "database/renumber-history.ts",
    "database/run-statement.ts",
  ]);
});

test("what is wrong with a statement or its row type is found", async () => {
  const mistakes = "test/integration/store/statements/mistakes";
  const findings = await checkStatements(
    ledger.pool,
    new StoreSource(mistakes),
  );
  expect(findings.map(withoutLine)).toEqual([
    "wrong-rows.ts export_name is not returned",
    "wrong-rows.ts name is returned and not in the type",
    "wrong-rows.ts team is not returned",
    "wrong-rows.ts id is string, not number",
    "wrong-rows.ts token is bigint, not number",
    "wrong-rows.ts scopes is string[], not string",
    "wrong-rows.ts deleted_at may be null",
    "wrong-rows.ts latest_error is json, not string",
    "wrong-rows.ts latest_error may be null",
    expect.stringMatching(/column "teem" does not exist/),
    "wrong-rows.ts is in no statement that was run",
  ]);
});

/** `runs/claims.ts:84: x may be null` as `runs/claims.ts x may be null`. */
function withoutLine(finding: string): string {
  return finding.replace(/:\d+:/, "");
}
