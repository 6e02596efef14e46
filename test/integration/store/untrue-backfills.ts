import {
  closeBackfill,
  closed,
  completePlan,
  exportId,
  insertBackfill,
  oneRun,
  setBackfill,
  unknownId,
} from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

const secondDefinition = `insert into refill.batch_export_definition values ('${exportId}', 2, '{}', now(), 'test');`;

/** Exports, definitions and backfills that cannot be. */
export const untrueBackfills: readonly Untruth[] = [
  // Exports and definitions
  [
    "a name that no command line could take",
    "batch_export_name_is_well_formed",
    "",
    `insert into refill.batch_export (team, name, definition_version) values (1, 'a/b', 1)`,
  ],
  [
    "two exports of one name",
    "batch_export_name_is_unique_in_its_team",
    "",
    `insert into refill.batch_export (team, name, definition_version) values (1, 'flights', 1)`,
  ],
  [
    "an export without its current definition",
    "batch_export_has_its_current_definition",
    "",
    `update refill.batch_export set definition_version = 2; set constraints all immediate`,
  ],
  [
    "a definition of no export",
    "batch_export_definition_batch_export_id_fkey",
    "",
    `insert into refill.batch_export_definition values ('${unknownId}', 1, '{}', now(), 'test')`,
  ],
  [
    "a definition numbered 0",
    "definition_version_is_positive",
    "",
    `insert into refill.batch_export_definition values ('${exportId}', 0, '{}', now(), 'test')`,
  ],
  [
    "a definition edited after it was pinned",
    "definition_is_never_rewritten",
    "",
    `update refill.batch_export_definition set definition = '{"name": "x"}'`,
  ],

  // The definition that a backfill pins
  [
    "a backfill that was repinned from the definition that it pins",
    "backfill_is_repinned_to_a_newer_definition",
    "",
    insertBackfill(unknownId)
      .replace("definition_version,", "definition_version, repinned_from,")
      .replace(`'${exportId}', 1`, `'${exportId}', 1, 1`),
  ],
  [
    "a backfill that forgets the definition that it was started with",
    "backfill_knows_its_first_definition",
    secondDefinition,
    setBackfill("definition_version = 2"),
  ],
  [
    "a definition that a backfill replaced, of no backfill",
    "replaced_pin_backfill_id_fkey",
    "",
    `insert into refill.replaced_pin (backfill_id, definition_version) values ('${unknownId}', 1)`,
  ],

  // The state of a backfill
  [
    "a backfill of a definition that is not there",
    "backfill_pins_a_definition",
    "",
    insertBackfill(unknownId).replace(`'${exportId}', 1`, `'${exportId}', 7`),
  ],
  [
    "a tenth status",
    "backfill_status_is_known",
    "",
    setBackfill(`status = 'Paused', ${closed}`),
  ],
  [
    "a closed backfill without its end",
    "backfill_is_finished_when_closed",
    "",
    setBackfill("status = 'Failed', total_records = 0"),
  ],
  [
    "an open backfill with an end",
    "backfill_is_finished_when_closed",
    "",
    setBackfill(closed),
  ],
  [
    "a completed backfill without a plan",
    "backfill_completes_only_with_a_plan",
    "",
    closeBackfill("Completed", 0),
  ],
  [
    "an open backfill that has failed",
    "backfill_failure_belongs_to_a_bad_end",
    "",
    setBackfill(`failure = '{}'`),
  ],
  [
    "half a plan",
    "backfill_plan_is_whole",
    "",
    setBackfill("planned_at = now()"),
  ],
  [
    "a first run without a plan",
    "backfill_plan_is_whole",
    "",
    setBackfill("adjusted_start_at = '2001-01-01'"),
  ],
  [
    "an empty range",
    "backfill_range_is_not_empty",
    "",
    insertBackfill(unknownId)
      .replace("range_end,", "start_at, range_end,")
      .replace("'2002-01-01'", "'2002-01-01', '2002-01-01'"),
  ],
  [
    "an endless range",
    "backfill_range_is_finite",
    "",
    insertBackfill(unknownId).replace("2002-01-01", "infinity"),
  ],
  [
    "a range that ends elsewhere than asked",
    "backfill_range_ends_where_asked",
    "",
    insertBackfill(unknownId)
      .replace("range_end,", "end_at, range_end,")
      .replace("'2002-01-01'", "'2001-12-31', '2002-01-01'"),
  ],
  [
    "an order that is none",
    "backfill_order_is_known",
    "",
    insertBackfill(unknownId).replace("'oldest'", "'random'"),
  ],
  [
    "501 runs in flight",
    "backfill_concurrency_is_bounded",
    "",
    setBackfill("concurrency = 501"),
  ],
  [
    "5,000,001 runs",
    "backfill_total_runs_is_bounded",
    "",
    completePlan(5_000_001),
  ],
  [
    "fewer than no records",
    "backfill_counts_are_not_negative",
    "",
    setBackfill("estimated_records = -1"),
  ],
  [
    "generation 0",
    "backfill_generation_is_positive",
    "",
    insertBackfill(unknownId)
      .replace("status,", "status, generation,")
      .replace("'Running',", "'Running', 0,"),
  ],
  [
    "runs still to be reopened in a backfill that has closed",
    "backfill_reopens_runs_only_while_open",
    `${completePlan(0)} ${closeBackfill("Cancelled", 0)}`,
    setBackfill("reopened_before = 0"),
  ],
  [
    "a time limit of nothing",
    "backfill_time_limit_is_positive",
    "",
    setBackfill("time_limit_ms = 0"),
  ],
  [
    "another request than was made",
    "backfill_keeps_its_request",
    "",
    setBackfill("range_end = '2003-01-01'"),
  ],
  [
    "another plan than was made",
    "backfill_keeps_its_plan",
    `${oneRun} ${completePlan(1)}`,
    completePlan(2),
  ],
  [
    "a generation that comes again",
    "backfill_never_goes_back",
    setBackfill("generation = 2"),
    setBackfill("generation = 1"),
  ],
  [
    "a hand-over that is undone",
    "backfill_never_goes_back",
    setBackfill("execution_index = 2"),
    setBackfill("execution_index = 1"),
  ],

  // What it was asked to run
  [
    "a selection that no one knows",
    "backfill_selection_is_known",
    "",
    insertSelecting("some"),
  ],
  [
    "ranges that are not there",
    "backfill_selects_ranges_or_a_state",
    "",
    insertSelecting("ranges"),
  ],
  [
    "data found before there is a plan",
    "backfill_data_starts_with_its_plan",
    "",
    setBackfill("data_start_at = '2001-01-01'"),
  ],
  [
    "a selection that changes",
    "backfill_keeps_its_selection",
    "",
    setBackfill("selection = 'missing'"),
  ],
  // What is asked of a backfill
  [
    "a negative number of failures to bear",
    "backfill_stop_after_is_not_negative",
    "",
    setBackfill("stop_after = -1"),
  ],
  [
    "a pause without its cause",
    "backfill_pause_has_its_cause",
    "",
    setBackfill("paused_at = now()"),
  ],
  [
    "a reason without a pause",
    "backfill_pause_has_its_cause",
    "",
    setBackfill("paused_reason = 'busy'"),
  ],
  [
    "a cancel without its strength",
    "backfill_cancel_has_its_mode",
    "",
    setBackfill("cancel_requested_at = now()"),
  ],
  [
    "a delivery of what was not asked",
    "backfill_control_is_delivered_after_it_is_written",
    "",
    setBackfill("control_delivered = 1"),
  ],
  [
    "another way beside open backfills than was asked for",
    "backfill_keeps_its_reach",
    "",
    setBackfill("overlap = 'queue'"),
  ],
  [
    "a way beside open backfills that there is none of",
    "backfill_overlap_is_known",
    "",
    insertBeside("'hope'", "null"),
  ],
  [
    "a trimmed backfill without what it is trimmed to",
    "backfill_is_trimmed_to_what_was_free",
    "",
    insertBeside("'trim'", "null"),
  ],
  [
    "a backfill trimmed to nothing",
    "backfill_is_trimmed_to_what_was_free",
    "",
    insertBeside("'trim'", "'{}'"),
  ],
  [
    "a backfill trimmed to time outside of its range",
    "backfill_is_trimmed_to_what_was_free",
    "",
    insertBeside("'trim'", "'{[2001-12-01,2002-01-02)}'"),
  ],
];

/** SQL that inserts a backfill beside open ones in a way that it can't be. */
function insertBeside(overlap: string, within: string): string {
  return insertBackfill(unknownId)
    .replace(
      "temporal_cluster_id",
      "temporal_cluster_id, overlap, within_ranges",
    )
    .replace("'cluster'", `'cluster', ${overlap}, ${within}`);
}

/** SQL that inserts a backfill which selects what it can't. */
function insertSelecting(selection: string): string {
  return insertBackfill(unknownId)
    .replace("temporal_cluster_id", "temporal_cluster_id, selection")
    .replace("'cluster'", `'cluster', '${selection}'`);
}
