import {
  backfillId,
  beginRun,
  closeBackfill,
  completed,
  completePlan,
  completeRun,
  exportId,
  insertRuns,
  oneRun,
  setBackfill,
  setRun,
  unknownId,
} from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

const insertClaim = (columns: { start: string; end: string; token: number }) =>
  `insert into refill.interval_claim (batch_export_id, data_interval_start, data_interval_end, token)
   values ('${exportId}', '${columns.start}', '${columns.end}', ${columns.token});`;

/** Ends of backfills that their ledgers do not bear out, and tallies, claims and commands that cannot be. */
export const untrueLedgers: readonly Untruth[] = [
  // The end of a backfill and its ledger
  [
    "a closed backfill with an open run",
    "run_is_open_only_in_an_open_backfill",
    `${completed} ${insertRuns({ from: 1, to: 2 })}`,
    closeBackfill("Failed", 10),
  ],
  [
    "a completed backfill with a run too few",
    "backfill_completes_only_when_its_ledger_adds_up",
    `${oneRun} ${completePlan(2)} ${beginRun(0)} ${completeRun(0)}`,
    closeBackfill("Completed", 10),
  ],
  [
    "a completed backfill with an open run besides",
    "backfill_completes_only_when_its_ledger_adds_up",
    `${completed} ${insertRuns({ from: 1, to: 2 })}`,
    closeBackfill("Completed", 10),
  ],
  [
    "a completed backfill with a failed run besides",
    "backfill_completes_only_when_its_ledger_adds_up",
    `${completed} ${insertRuns({ from: 1, to: 2 })} update refill.run set status = 'Failed', latest_error = '{}', finished_at = now() where ordinal = 1;`,
    closeBackfill("Completed", 10),
  ],
  [
    "a backfill that claims more records than its runs",
    "backfill_closes_with_the_sum_of_its_runs",
    completed,
    closeBackfill("Completed", 11),
  ],
  [
    "a cancelled backfill that hides what it did",
    "backfill_closes_with_the_sum_of_its_runs",
    completed,
    closeBackfill("Cancelled", 0),
  ],
  [
    "a total that is edited afterwards",
    "backfill_closes_with_the_sum_of_its_runs",
    `${completed} ${closeBackfill("Completed", 10)}`,
    setBackfill("total_records = 9"),
  ],
  [
    "a run added to a closed backfill",
    "run_joins_only_an_open_backfill",
    closeBackfill("Cancelled", 0),
    oneRun
      .replace("ordinal,", "status, finished_at, ordinal,")
      .replace("n, timestamptz", "'Cancelled', now(), n, timestamptz"),
  ],
  [
    "a waiting run in a closed backfill",
    "run_is_open_only_in_an_open_backfill",
    closeBackfill("Cancelled", 0),
    oneRun,
  ],
  [
    "a run reopened in a closed backfill",
    "run_is_open_only_in_an_open_backfill",
    `${oneRun} ${setRun("status = 'Cancelled', finished_at = now()")} ${closeBackfill("Cancelled", 0)}`,
    setRun("status = 'Starting', finished_at = null"),
  ],
  [
    "a run taken out of a closed backfill",
    "run_leaves_only_an_open_backfill",
    `${completed} ${closeBackfill("Completed", 10)}`,
    "delete from refill.run",
  ],

  // Tally, claims and commands
  [
    "a tally of no backfill",
    "run_tally_backfill_id_fkey",
    "",
    `insert into refill.run_tally (backfill_id, shard) values ('${unknownId}', 0)`,
  ],
  [
    "a tally below nothing",
    "run_tally_is_not_negative",
    oneRun,
    "update refill.run_tally set starting = starting - 2",
  ],
  [
    "a claim of no export",
    "interval_claim_batch_export_id_fkey",
    "",
    insertClaim({ start: "2001-01-01", end: "2001-01-02", token: 1 }).replace(
      exportId,
      unknownId,
    ),
  ],
  [
    "a claim of an empty interval",
    "interval_claim_interval_is_not_empty",
    "",
    insertClaim({ start: "2001-01-01", end: "2001-01-01", token: 1 }),
  ],
  [
    "token 0",
    "interval_claim_token_is_positive",
    "",
    insertClaim({ start: "2001-01-01", end: "2001-01-02", token: 0 }),
  ],
  [
    "a token that falls",
    "interval_claim_token_never_falls",
    insertClaim({ start: "2001-01-01", end: "2001-01-02", token: 2 }),
    "update refill.interval_claim set token = 1",
  ],
  [
    "a command to no backfill",
    "command_backfill_id_fkey",
    "",
    `insert into refill.command (id, backfill_id, kind, requested_by) values ('${unknownId}', '${unknownId}', 'cancel', 'test')`,
  ],
  [
    "a command that is none",
    "command_kind_is_known",
    "",
    `insert into refill.command (id, backfill_id, kind, requested_by) values ('${unknownId}', '${backfillId}', 'explode', 'test')`,
  ],
];
