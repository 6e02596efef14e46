import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { CappedPlace } from "../../../src/store/runs/capped-place.js";
import { explainRefusal } from "../../../src/store/runs/claim-refusal.js";
import { claimRun } from "../../../src/store/runs/claims.js";
import { completeRun } from "../../../src/store/runs/close-run.js";
import { insertLiveRuns } from "../../../src/store/schedules/live-runs.js";
import { createLedger, type LedgerDatabase } from "./ledger-database.js";
import {
  backfillId,
  completePlan,
  exportId,
  insertRuns,
  insertSchedule,
  scheduleId,
} from "./ledger-rows.js";

const runs = 12;

let ledger: LedgerDatabase;

beforeEach(async () => {
  ledger = await createLedger();
  await ledger.pool.query(
    `begin; ${insertRuns({ from: 0, to: runs })} ${completePlan(runs)}
     update refill.backfill set concurrency = ${String(runs)} where id = '${backfillId}';
     commit`,
  );
});

afterEach(() => ledger.drop());

const capOf = (maxRuns: number): CappedPlace => ({
  identity: "files:/exports",
  maxRuns,
});

function claim(ordinal: number, place: CappedPlace | null) {
  return claimRun(ledger.pool, {
    backfillId,
    generation: 1,
    ordinal,
    slot: ordinal,
    staged: {},
    worker: "test",
    place,
    definitionVersion: 1,
  });
}

/** All runs of the backfill, claimed at the same moment, each in a lane of its own. */
async function claimAll(place: CappedPlace | null) {
  const ordinals = Array.from({ length: runs }, (_, ordinal) => ordinal);
  const claims = await Promise.all(ordinals.map((one) => claim(one, place)));
  return claims.filter((one) => one !== null);
}

async function complete({
  runId,
  token,
}: {
  readonly runId: string;
  readonly token: number;
}) {
  const published = { identity: "", run: runId, token, keys: [] };
  await completeRun(
    ledger.pool,
    { runId, token },
    { records: 1, bytes: 1, files: [], skipReason: null, published },
  );
}

test("without a cap all lanes get to work", async () => {
  expect(await claimAll(null)).toHaveLength(runs);
});

test("of claims at one moment no more succeed than the destination may have at work, and each end makes room for one", async () => {
  const claims = [];
  // A claim that meets another one in the same slot of the place is to be tried again.
  for (let tries = 0; claims.length < 3 && tries < 50; tries += 1) {
    claims.push(...(await claimAll(capOf(3))));
    expect(claims.length).toBeLessThanOrEqual(3);
  }
  expect(claims).toHaveLength(3);
  expect(await claimAll(capOf(3))).toEqual([]);
  const [first] = claims;
  if (first !== undefined) await complete(first);
  const { rows } = await ledger.pool.query<{ ordinal: number }>(
    "select ordinal from refill.run where status = 'Starting' order by ordinal limit 1",
  );
  expect(await claim(rows[0]?.ordinal ?? -1, capOf(3))).not.toBeNull();
  expect(await claimAll(capOf(3))).toEqual([]);
});

test("a refused run says that its destination is full, and another destination is not", async () => {
  await claim(0, capOf(1));
  const refused = {
    backfillId,
    generation: 1,
    ordinal: 1,
    slot: 1,
    place: capOf(1),
    definitionVersion: 1,
  };
  expect(await claim(1, capOf(1))).toBeNull();
  expect(await explainRefusal(ledger.pool, refused)).toEqual({
    kind: "capped",
  });
  const elsewhere = { identity: "files:/elsewhere", maxRuns: 1 };
  expect(await claim(1, elsewhere)).not.toBeNull();
});

test("of two slots one is kept for the live runs of an export that has a schedule", async () => {
  await ledger.pool.query(insertSchedule(scheduleId));
  await insertLiveRuns(ledger.pool, {
    scheduleId,
    batchExportId: exportId,
    definitionVersion: 1,
    firedFor: "2001-02-01T01:00:00Z",
    isLookback: false,
    intervals: [{ start: "2001-02-01T00:00:00Z", end: "2001-02-01T01:00:00Z" }],
  });
  const { rows } = await ledger.pool.query<{ id: string }>(
    "select id from refill.run where schedule_id is not null",
  );
  expect(await claim(0, capOf(2))).not.toBeNull();
  expect(await claim(1, capOf(2))).toBeNull();
  const live = {
    runId: rows[0]?.id ?? "",
    slot: 0,
    staged: {},
    worker: "test",
    place: capOf(2),
    definitionVersion: 1,
  };
  expect(await claimRun(ledger.pool, live)).not.toBeNull();
});
