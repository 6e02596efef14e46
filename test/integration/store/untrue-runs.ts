import type { Untruth } from "./untruth.js";
import {
  completeRun,
  completed,
  exportId,
  insertRuns,
  oneRun,
  otherExportId,
  setRun,
} from "./ledger-rows.js";

/** Runs that cannot be. */
export const untrueRuns: readonly Untruth[] = [
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
