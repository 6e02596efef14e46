import {
  beginRun,
  completed,
  completeRun,
  exportId,
  insertRuns,
  oneRun,
  otherExportId,
  setRun,
  unknownId,
} from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

/** Runs that cannot be. */
export const untrueRuns: readonly Untruth[] = [
  // The window
  [
    "a run at work without a slot",
    "run_at_work_holds_a_slot",
    oneRun,
    beginRun(0).replace("slot = ordinal % 500", "slot = null"),
  ],
  [
    "a run at work in slot 500",
    "run_slot_is_in_the_widest_window",
    oneRun,
    beginRun(0).replace("slot = ordinal % 500", "slot = 500"),
  ],
  [
    "two runs at work in one slot",
    "run_slot_is_held_by_one_run",
    `${insertRuns({ from: 0, to: 2 })} ${beginRun(0)}`,
    beginRun(1).replace("slot = ordinal % 500", "slot = 0"),
  ],

  // The destination
  [
    "a run with a place and no slot of it",
    "run_place_has_a_slot",
    oneRun,
    beginRun(0).replace("slot = ordinal % 500", "slot = 0, place = 'x'"),
  ],
  [
    "a run in slot 500 of its place",
    "run_place_slot_is_in_the_highest_cap",
    oneRun,
    beginRun(0).replace("slot = ordinal % 500", atPlace(500)),
  ],
  [
    "two runs at work in one slot of a place",
    "run_place_slot_is_held_by_one_run",
    `${insertRuns({ from: 0, to: 2 })} ${beginRun(0).replace("slot = ordinal % 500", atPlace(3))}`,
    beginRun(1).replace("slot = ordinal % 500", atPlace(3)),
  ],

  // Attempts
  [
    "an attempt at no run",
    "run_attempt_run_id_fkey",
    "",
    `insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, became)
     values ('${unknownId}', 1, 1, 1, 'test', 'Failed')`,
  ],
  [
    "an attempt that completed, and so needs no entry",
    "run_attempt_became_is_known",
    oneRun,
    insertAttempt("Completed", 1),
  ],
  [
    "an attempt numbered 0",
    "run_attempt_is_positive",
    oneRun,
    insertAttempt("Failed", 0),
  ],
  [
    "a streak of no backfill",
    "failure_streak_backfill_id_fkey",
    "",
    `insert into refill.failure_streak values ('${unknownId}', 'x', 1)`,
  ],
  [
    "a streak of less than nothing",
    "failure_streak_length_is_not_negative",
    "",
    `insert into refill.failure_streak select id, 'x', -1 from refill.backfill`,
  ],

  // Runs
  [
    "a run of another export than its backfill's",
    "run_belongs_to_the_export_of_its_backfill",
    "",
    oneRun.replaceAll(exportId, otherExportId),
  ],
  [
    "an interval that ends where it starts",
    "run_interval_is_not_empty",
    "",
    oneRun.replace("01:00Z", "00:00Z"),
  ],
  [
    "an interval without a beginning",
    "run_interval_is_finite",
    "",
    oneRun.replace("2001-01-01 00:00Z", "-infinity"),
  ],
  [
    "a run of a backfill without a number",
    "run_ordinal_belongs_to_a_backfill",
    "",
    oneRun.replace("n, timestamptz", "null, timestamptz"),
  ],
  [
    "one number twice",
    "run_ordinal_is_unique_in_its_backfill",
    oneRun,
    insertRuns({ from: 1, to: 2 })
      .replace("1, timestamptz", "0, timestamptz")
      .replace("n, timestamptz", "0, timestamptz"),
  ],
  [
    "one interval twice",
    "run_interval_is_unique_in_its_backfill",
    oneRun,
    oneRun.replace("n, timestamptz", "1, timestamptz"),
  ],
  [
    "a run that continues as new",
    "run_status_is_known",
    oneRun,
    setRun("status = 'ContinuedAsNew', finished_at = now()"),
  ],
  [
    "a closed run without its end",
    "run_is_finished_when_closed",
    oneRun,
    setRun("status = 'Cancelled'"),
  ],
  [
    "an open run with an end",
    "run_is_finished_when_closed",
    oneRun,
    setRun("finished_at = now()"),
  ],
  [
    "a run at work that nobody claimed",
    "run_at_work_holds_a_claim",
    oneRun,
    setRun("status = 'Running', started_at = now()"),
  ],
  [
    "a completed run without its counts",
    "run_completes_with_its_counts",
    oneRun,
    setRun(
      "status = 'Completed', records_completed = 1, files = '[]', finished_at = now()",
    ),
  ],
  [
    "records of a run that did not complete",
    "run_counts_only_what_it_completed",
    oneRun,
    setRun("records_completed = 1"),
  ],
  [
    "a failed run without its error",
    "run_fails_with_its_error",
    oneRun,
    setRun("status = 'TimedOut', finished_at = now()"),
  ],
  [
    "a skipped run with records",
    "run_is_skipped_without_records",
    oneRun,
    setRun(
      "status = 'Completed', records_completed = 1, bytes_exported = 1, files = '[]', finished_at = now(), skip_reason = 'no data'",
    ),
  ],
  [
    "an attempt before the first",
    "run_counts_are_not_negative",
    oneRun,
    setRun("attempt = -1"),
  ],
  [
    "a run moved to another interval",
    "run_keeps_its_place",
    oneRun,
    setRun("data_interval_start = '2000-12-31'"),
  ],
  [
    "a completed run that is done again",
    "run_stays_as_it_closed",
    completed,
    setRun("status = 'Starting', finished_at = null, records_completed = null"),
  ],
  [
    "a completed run with other counts",
    "run_stays_as_it_closed",
    completed,
    setRun("records_completed = 9"),
  ],
  [
    "a failed run that completes without being reopened",
    "run_stays_as_it_closed",
    `${oneRun} ${setRun("status = 'Failed', latest_error = '{}', finished_at = now()")}`,
    completeRun(0),
  ],
];

function insertAttempt(became: string, attempt: number): string {
  return `
    insert into refill.run_attempt (run_id, claim_token, generation, attempt, worker, became)
    select id, 1, 1, ${String(attempt)}, 'test', '${became}' from refill.run;`;
}

function atPlace(slot: number): string {
  return `slot = ordinal % 500, place = 'files:/x', place_slot = ${String(slot)}`;
}
