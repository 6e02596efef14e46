-- Refill's ledger. Every invariant that SQL can hold is held here, by name.
--
-- This file makes the whole schema of the first release, in this order: exports, backfills, schedules, runs, the tally of
-- runs, claims, verifications, access. `refill.migration` is made by the migrator. Some columns stand last in their table
-- because they were added last: a database that was upgraded has the same order as a new one.

-- What was written once stays written: triggers call this with the message to refuse with. Their conditions stand on the
-- triggers, so an allowed statement pays next to nothing.
create function refill.refuse() returns trigger language plpgsql as $$
begin
  raise check_violation using
    constraint = tg_name, schema = tg_table_schema, table = tg_table_name, message = tg_argv[0];
end $$;

--------------------------------------------------------------------------------------------------------------------------
-- Exports
--------------------------------------------------------------------------------------------------------------------------

-- A batch export. Its definitions are kept by version, so that a backfill can pin the one it was made from.
create table refill.batch_export (
  id uuid primary key default gen_random_uuid(),
  team integer not null,
  name text not null,
  definition_version integer not null,
  created_at timestamptz not null default now(),
  last_updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  deleted_by text,

  constraint batch_export_name_is_well_formed check (name ~ '^[A-Za-z0-9._ -]{1,100}$'),
  constraint batch_export_is_deleted_by_whoever_did check (deleted_by is null or deleted_at is not null)
);

create unique index batch_export_name_is_unique_in_its_team
  on refill.batch_export (team, name) where deleted_at is null;

create table refill.batch_export_definition (
  batch_export_id uuid not null references refill.batch_export (id),
  version integer not null,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (batch_export_id, version),

  constraint definition_version_is_positive check (version > 0)
);

create trigger definition_is_never_rewritten before update on refill.batch_export_definition
  for each row execute function refill.refuse('a definition is kept as it was: write the next version');

-- Deferred: an export and its first definition refer to each other, and are inserted in one transaction.
alter table refill.batch_export
  add constraint batch_export_has_its_current_definition
  foreign key (id, definition_version) references refill.batch_export_definition (batch_export_id, version)
  deferrable initially deferred;

--------------------------------------------------------------------------------------------------------------------------
-- Backfills
--------------------------------------------------------------------------------------------------------------------------

-- A backfill: the request, the state of its workflow, the pinned plan, and what operators ask of it.
create table refill.backfill (
  id uuid primary key,
  team integer not null,
  batch_export_id uuid not null,
  definition_version integer not null, -- the one that it pins

  -- the request
  start_at timestamptz,
  end_at timestamptz,
  range_end timestamptz not null, -- end_at, or the last whole interval when it was asked
  run_order text not null,
  concurrency integer not null,
  time_limit_ms bigint,
  note text,
  requested_by text not null,

  -- the workflow
  status text not null default 'Starting',
  generation integer not null default 1,
  execution_index integer not null default 0,
  temporal_namespace text not null,
  temporal_cluster_id text not null,
  first_execution_run_id text,
  start_confirmed_at timestamptz,
  reconciled_at timestamptz,
  paused_at timestamptz,
  cancel_requested_at timestamptz,
  failure jsonb,

  -- the plan
  plan_attempt integer not null default 0,
  planned_at timestamptz,
  plan_digest text,
  approved_digest text, -- of the plan that the operator saw; planning fails when it would be another
  time_zone_version text,
  adjusted_start_at timestamptz, -- where the first run starts
  total_runs integer,
  estimated_records bigint,
  warnings jsonb not null default '[]',

  total_records bigint,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  last_updated_at timestamptz not null default now(),

  -- the id while the backfill is open: open runs refer to it, so none can outlive their backfill's closing
  open_id uuid generated always as (
    case when status in ('Starting', 'Running', 'ContinuedAsNew') then id end
  ) stored unique,

  -- Where the data begins in the range, as the plan found it. It is where the first run starts when a plan takes every
  -- interval; a plan of chosen ones may start later, and then the time between is not known to be empty.
  data_start_at timestamptz,
  selection text not null default 'all', -- which intervals were asked for
  selected_ranges tstzmultirange, -- where it asks for ranges

  -- What operators ask of an open backfill. Each command raises the version, so that no message about it can be taken
  -- for a newer one.
  stop_after integer not null default 5, -- runs failing in a row with the same error; 0: never
  pause_from integer not null default 100, -- pauses only while at least this many runs are open
  pause_cause text,
  paused_reason text,
  cancel_mode text,
  control_version integer not null default 0,
  control_delivered integer not null default 0, -- the version that Temporal holds

  -- The columns that the plan found at the source: all runs export these, whatever becomes of the table.
  source_columns jsonb, -- [{"name", "type"}]; null: not planned yet, or before this was recorded

  -- What becomes of a backfill that overlaps an open one. A trimmed one takes what was free when it was asked for.
  overlap text not null default 'refuse',
  within_ranges tstzmultirange,
  -- The order in which an export's backfills were opened: given out under the lock that admits them.
  place integer not null default 0,
  -- The time that a backfill holds against others of its export while it is open.
  reach tstzmultirange not null generated always as (
    coalesce(within_ranges, tstzmultirange(tstzrange(start_at, range_end)))
  ) stored,

  -- A backfill may take a newer definition for the runs that it has not completed. Completed runs keep theirs: a run
  -- that was begun after such a change names its definition, and one without was begun under the backfill's first.
  repinned_from integer, -- the definition that it was started with; null: it still pins that

  -- A retry opens runs in pieces: a million at once took half a minute, in one transaction that everything behind it
  -- waited for. What is not completed from this ordinal on is still to be opened; null: nothing is.
  reopened_before integer,

  constraint backfill_is_known_with_its_export unique (id, batch_export_id),
  constraint backfill_pins_a_definition foreign key (batch_export_id, definition_version)
    references refill.batch_export_definition (batch_export_id, version),

  -- the request
  constraint backfill_range_is_not_empty check (start_at is null or range_end > start_at),
  constraint backfill_range_is_finite check (isfinite(range_end) and isfinite(start_at) and isfinite(adjusted_start_at)),
  constraint backfill_range_ends_where_asked check (end_at is null or range_end = end_at),
  constraint backfill_order_is_known check (run_order in ('oldest', 'newest')),
  constraint backfill_concurrency_is_bounded check (concurrency between 0 and 500),
  constraint backfill_time_limit_is_positive check (time_limit_ms > 0),
  constraint backfill_selection_is_known check (selection in ('all', 'missing', 'failed', 'stale', 'ranges')),
  constraint backfill_selects_ranges_or_a_state check ((selection = 'ranges') = (selected_ranges is not null)),
  constraint backfill_overlap_is_known check (overlap in ('refuse', 'trim', 'queue')),
  constraint backfill_is_trimmed_to_what_was_free check (
    (overlap = 'trim') = (within_ranges is not null) and not isempty(within_ranges)
    and within_ranges <@ tstzmultirange(tstzrange(start_at, range_end))
  ),

  -- the workflow
  constraint backfill_status_is_known check (status in (
    'Cancelled', 'Completed', 'ContinuedAsNew', 'Failed', 'FailedRetryable', 'Terminated', 'TimedOut', 'Running', 'Starting'
  )),
  constraint backfill_is_finished_when_closed check (
    (finished_at is null) = (status in ('Starting', 'Running', 'ContinuedAsNew'))
  ),
  constraint backfill_failure_belongs_to_a_bad_end check (
    failure is null or status in ('Failed', 'FailedRetryable', 'Terminated', 'TimedOut', 'Cancelled')
  ),
  constraint backfill_generation_is_positive check (generation > 0 and execution_index >= 0),
  constraint backfill_reopens_runs_only_while_open check (
    reopened_before is null or (reopened_before >= 0 and planned_at is not null and finished_at is null)
  ),

  -- the plan
  constraint backfill_plan_is_whole check (
    (planned_at is null) = (total_runs is null) and (planned_at is null) = (plan_digest is null)
    and (planned_at is not null or adjusted_start_at is null)
  ),
  constraint backfill_data_starts_with_its_plan check (
    (planned_at is not null or data_start_at is null)
    and isfinite(data_start_at) and (adjusted_start_at is null or adjusted_start_at >= data_start_at)
  ),
  constraint backfill_completes_only_with_a_plan check (status <> 'Completed' or planned_at is not null),
  constraint backfill_total_runs_is_bounded check (total_runs between 0 and 5000000),
  constraint backfill_counts_are_not_negative check (total_records >= 0 and estimated_records >= 0),
  constraint backfill_is_repinned_to_a_newer_definition check (repinned_from < definition_version),

  -- control
  constraint backfill_stop_after_is_not_negative check (stop_after >= 0 and pause_from >= 0),
  constraint backfill_pause_has_its_cause check (
    (paused_at is null) = (pause_cause is null) and pause_cause in ('operator', 'concurrency', 'failures')
    and (paused_reason is null or paused_at is not null)
  ),
  constraint backfill_cancel_has_its_mode check (
    (cancel_requested_at is null) = (cancel_mode is null) and cancel_mode in ('drain', 'stop', 'abort')
  ),
  constraint backfill_control_is_delivered_after_it_is_written check (control_delivered between 0 and control_version)
);

create index backfill_by_export on refill.backfill (batch_export_id, created_at);
create index backfill_by_team on refill.backfill (team, created_at);
create index backfill_open on refill.backfill (team, batch_export_id) where open_id is not null;

create trigger backfill_keeps_its_request
  before update of id, team, batch_export_id, start_at, end_at, range_end, run_order, created_at
  on refill.backfill
  for each row when (
    (old.id, old.team, old.batch_export_id, old.start_at, old.end_at, old.range_end, old.run_order, old.created_at)
    is distinct from
    (new.id, new.team, new.batch_export_id, new.start_at, new.end_at, new.range_end, new.run_order, new.created_at)
  )
  execute function refill.refuse('a backfill keeps the request that it was made from');

create trigger backfill_keeps_its_selection
  before update of selection, selected_ranges, data_start_at on refill.backfill
  for each row when (
    (old.selection, old.selected_ranges) is distinct from (new.selection, new.selected_ranges)
    or (old.planned_at is not null and old.data_start_at is distinct from new.data_start_at)
  )
  execute function refill.refuse('a backfill keeps what it was asked to run, and what its plan found');

create trigger backfill_keeps_its_reach
  before update of overlap, within_ranges on refill.backfill
  for each row when ((old.overlap, old.within_ranges) is distinct from (new.overlap, new.within_ranges))
  execute function refill.refuse('a backfill keeps what it was trimmed to, or queued for');

create trigger backfill_keeps_its_plan
  before update of planned_at, plan_digest, adjusted_start_at, total_runs on refill.backfill
  for each row when (
    old.planned_at is not null
    and (old.planned_at, old.plan_digest, old.adjusted_start_at, old.total_runs)
    is distinct from (new.planned_at, new.plan_digest, new.adjusted_start_at, new.total_runs)
  )
  execute function refill.refuse('a backfill keeps its plan once the plan is valid');

create trigger backfill_never_goes_back
  before update of generation, execution_index on refill.backfill
  for each row when ((new.generation, new.execution_index) < (old.generation, old.execution_index))
  execute function refill.refuse('a generation, and the index of its executions, never goes down');

create trigger backfill_knows_its_first_definition
  before update of definition_version, repinned_from on refill.backfill
  for each row when (
    (old.definition_version, old.repinned_from) is distinct from (new.definition_version, new.repinned_from)
    and (
      new.definition_version <= old.definition_version
      or new.repinned_from is distinct from coalesce(old.repinned_from, old.definition_version)
    )
  )
  execute function refill.refuse('a backfill pins newer definitions only, and knows the one it was started with');

-- The definitions that a backfill pinned before the one that it pins now, and the columns that its runs had under them.
create table refill.replaced_pin (
  backfill_id uuid not null references refill.backfill (id),
  definition_version integer not null,
  source_columns jsonb,
  replaced_at timestamptz not null default now(),
  primary key (backfill_id, definition_version)
);

-- What operators asked of a backfill: the intent, written before any message is sent, and the audit trail after.
create table refill.command (
  id uuid primary key,
  backfill_id uuid not null references refill.backfill (id),
  kind text not null,
  arguments jsonb not null default '{}',
  reason text,
  requested_by text not null,
  requested_at timestamptz not null default now(),

  constraint command_kind_is_known check (
    kind in ('start', 'cancel', 'pause', 'resume', 'set-concurrency', 'retry', 'repin')
  )
);

create index command_by_backfill on refill.command (backfill_id, requested_at);

-- How many of a backfill's runs, in the order of their closing, have just failed with the same error.
create table refill.failure_streak (
  backfill_id uuid primary key references refill.backfill (id),
  fingerprint text not null,
  length integer not null,

  constraint failure_streak_length_is_not_negative check (length >= 0)
);

-- Errors that differ only in names, numbers and times have one fingerprint.
create function refill.error_fingerprint(error jsonb) returns text language sql immutable parallel safe
return (error ->> 'code') || ': ' || regexp_replace(
  error ->> 'message',
  '"[^"]*"|[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}|[0-9]+([-T:.][0-9]+)*Z?',
  '#',
  'g'
);

--------------------------------------------------------------------------------------------------------------------------
-- Schedules
--------------------------------------------------------------------------------------------------------------------------

-- A schedule: an export's intervals, each as it closes. The ledger holds what is asked; Temporal's Schedule is a mirror
-- of it, and `mirrored_revision` the revision that Temporal is known to have.
create table refill.schedule (
  id uuid primary key,
  batch_export_id uuid not null references refill.batch_export (id),
  live_from timestamptz not null, -- where its own coverage begins
  fired_through timestamptz not null, -- the end of the last interval that a firing took up
  lookback integer not null,
  delay_ms bigint not null,
  jitter_ms bigint not null,
  catch_up_ms bigint not null,
  concurrency integer not null,
  audit text not null,
  last_audit jsonb,
  note text,
  paused_at timestamptz,
  paused_reason text,
  last_fired_for timestamptz, -- the nominal time of the latest firing
  last_fired_at timestamptz, -- and when it was heard
  revision integer not null default 1,
  mirrored_revision integer not null default 0,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_updated_at timestamptz not null default now(),
  deleted_at timestamptz,

  constraint schedule_times_are_finite check (isfinite(live_from) and isfinite(fired_through)),
  constraint schedule_fires_from_its_beginning_on check (fired_through >= live_from),
  constraint schedule_settings_are_bounded check (
    lookback between 0 and 1000 and delay_ms >= 0 and jitter_ms >= 0 and catch_up_ms >= 10000
    and concurrency between 1 and 100
  ),
  constraint schedule_audit_is_known check (audit in ('off', 'report', 'repair')),
  constraint schedule_pause_has_its_time check (paused_reason is null or paused_at is not null),
  constraint schedule_firing_has_both_its_times check ((last_fired_for is null) = (last_fired_at is null)),
  constraint schedule_is_mirrored_after_it_is_written check (mirrored_revision between 0 and revision)
);

create unique index schedule_is_alone_at_its_export on refill.schedule (batch_export_id) where deleted_at is null;

create trigger schedule_keeps_its_export before update of id, batch_export_id, live_from on refill.schedule
  for each row when (
    (old.id, old.batch_export_id, old.live_from) is distinct from (new.id, new.batch_export_id, new.live_from)
  )
  execute function refill.refuse('a schedule keeps its export and its beginning');

-- What was done to a schedule since it was made, and by whom: what the commands of a backfill are for backfills. A
-- schedule names who made it, a definition who wrote it, and an export who deleted it.
create table refill.schedule_command (
  id uuid primary key default gen_random_uuid(),
  schedule_id uuid not null references refill.schedule (id),
  kind text not null,
  reason text,
  requested_by text not null,
  requested_at timestamptz not null default now(),

  constraint schedule_command_kind_is_known check (kind in ('pause', 'resume', 'trigger', 'delete'))
);

create index schedule_command_by_schedule on refill.schedule_command (schedule_id, requested_at);

--------------------------------------------------------------------------------------------------------------------------
-- Runs
--------------------------------------------------------------------------------------------------------------------------

-- The ledger: one row for each planned run of a backfill, numbered from 0 in the order of export, and one for each live
-- run, which belongs to a schedule in place of a backfill and pins the definition that was current at its firing.
create table refill.run (
  id uuid primary key default gen_random_uuid(),
  backfill_id uuid,
  batch_export_id uuid not null,
  ordinal integer,
  data_interval_start timestamptz not null,
  data_interval_end timestamptz not null,
  status text not null default 'Starting',
  attempt integer not null default 0,
  claim_token bigint,
  claimed_by text,
  next_attempt_at timestamptz,
  records_expected bigint,
  records_completed bigint,
  bytes_exported bigint,
  files jsonb,
  latest_error jsonb,
  skip_reason text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  last_updated_at timestamptz not null default now(),

  -- the backfill's id while the run is open
  open_backfill_id uuid generated always as (
    case when status in ('Starting', 'Running') then backfill_id end
  ) stored,

  -- A window of N has the slots 0 to N - 1, each held by one run at most: that is how no worker ever runs more than N.
  slot smallint,
  claimed_at timestamptz, -- when the latest attempt began

  -- live runs
  schedule_id uuid references refill.schedule (id),
  definition_version integer, -- of a backfill's run: see backfill.repinned_from
  fired_for timestamptz, -- the nominal time of its firing
  is_lookback boolean not null default false,

  -- Where definitions cap the running runs at one destination, of however many backfills and schedules: a running run
  -- holds a slot of the place, as it holds one of its window, and frees it when it ends.
  place text,
  place_slot smallint,

  -- what it is
  constraint run_ordinal_is_unique_in_its_backfill unique (backfill_id, ordinal),
  constraint run_interval_is_unique_in_its_backfill unique (backfill_id, data_interval_start),
  constraint run_interval_is_not_empty check (data_interval_end > data_interval_start),
  constraint run_interval_is_finite check (isfinite(data_interval_start) and isfinite(data_interval_end)),
  constraint run_ordinal_belongs_to_a_backfill check ((ordinal is null) = (backfill_id is null) and ordinal >= 0),
  constraint run_belongs_to_a_backfill_or_a_schedule check ((backfill_id is null) = (schedule_id is not null)),
  constraint run_of_a_schedule_is_pinned check (
    (schedule_id is null) = (fired_for is null) and (schedule_id is null or definition_version is not null)
    and (schedule_id is not null or not is_lookback)
  ),
  constraint run_belongs_to_the_export_of_its_backfill
    foreign key (backfill_id, batch_export_id) references refill.backfill (id, batch_export_id),
  constraint run_is_open_only_in_an_open_backfill foreign key (open_backfill_id) references refill.backfill (open_id),
  constraint run_pins_a_definition foreign key (batch_export_id, definition_version)
    references refill.batch_export_definition (batch_export_id, version),

  -- where it stands
  constraint run_status_is_known check (status in (
    'Starting', 'Running', 'Completed', 'Failed', 'FailedRetryable', 'TimedOut', 'Cancelled', 'Terminated'
  )),
  constraint run_is_finished_when_closed check ((finished_at is null) = (status in ('Starting', 'Running'))),
  constraint run_at_work_holds_a_claim check (status <> 'Running' or (claim_token is not null and started_at is not null)),
  constraint run_at_work_holds_a_slot check (status <> 'Running' or backfill_id is null or slot is not null),
  constraint run_slot_is_in_the_widest_window check (slot between 0 and 499),
  constraint run_place_has_a_slot check ((place is null) = (place_slot is null)),
  constraint run_place_slot_is_in_the_highest_cap check (place_slot between 0 and 499),

  -- how it ended
  constraint run_completes_with_its_counts check (
    status <> 'Completed' or (records_completed is not null and bytes_exported is not null and files is not null)
  ),
  constraint run_counts_only_what_it_completed check (status = 'Completed' or records_completed is null),
  constraint run_fails_with_its_error check (
    status not in ('Failed', 'FailedRetryable', 'TimedOut') or latest_error is not null
  ),
  constraint run_is_skipped_without_records check (
    skip_reason is null or (status = 'Completed' and records_completed = 0)
  ),
  constraint run_counts_are_not_negative check (
    attempt >= 0 and records_expected >= 0 and records_completed >= 0 and bytes_exported >= 0
  )
);

create index run_open on refill.run (open_backfill_id, ordinal) where open_backfill_id is not null;
create index run_by_export on refill.run (batch_export_id, data_interval_start);
create index run_failed on refill.run (backfill_id, ordinal)
  where status in ('Failed', 'FailedRetryable', 'TimedOut');

-- Coverage asks for the live runs of an export alone.
create index run_live on refill.run (batch_export_id, data_interval_start) where backfill_id is null;

create unique index run_slot_is_held_by_one_run on refill.run (open_backfill_id, slot) where status = 'Running';

-- What a backfill's workers finished lately, without a look at all of its runs: throughput is asked for twice a second.
create index run_exported on refill.run (backfill_id, finished_at) where attempt > 0 and finished_at is not null;

-- Firings overlap and repeat: an interval waits for one live run at a time, and a firing asks for an interval once.
create unique index run_live_waits_once on refill.run (schedule_id, data_interval_start)
  where schedule_id is not null and status in ('Starting', 'Running');
create unique index run_live_is_asked_for_once on refill.run (schedule_id, data_interval_start, fired_for)
  where schedule_id is not null;
create unique index run_live_slot_is_held_by_one_run on refill.run (schedule_id, slot)
  where schedule_id is not null and status = 'Running';

-- Most runs have no place, and are not to be entered among the slots of one at each claim.
create unique index run_place_slot_is_held_by_one_run on refill.run (place, place_slot)
  where status = 'Running' and place is not null;

create trigger run_keeps_its_place
  before update of id, backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end on refill.run
  for each row when (
    (old.id, old.backfill_id, old.batch_export_id, old.ordinal, old.data_interval_start, old.data_interval_end)
    is distinct from
    (new.id, new.backfill_id, new.batch_export_id, new.ordinal, new.data_interval_start, new.data_interval_end)
  )
  execute function refill.refuse('a run keeps its backfill, its number and its interval');

-- After, not before: a before trigger would lock every run once more.
create trigger run_stays_as_it_closed
  after update of status, records_completed, bytes_exported, files, definition_version on refill.run
  for each row when (
    old.finished_at is not null and (old.status = 'Completed' or new.finished_at is not null)
    and (old.status, old.records_completed, old.bytes_exported, old.files, old.definition_version)
    is distinct from (new.status, new.records_completed, new.bytes_exported, new.files, new.definition_version)
  )
  execute function refill.refuse('a closed run changes only by being reopened, and a completed one never');

-- The ledger of a closed backfill has the runs that it closed with.
create function refill.keep_the_closed_ledger() returns trigger language plpgsql as $$
declare
  closed uuid;
begin
  select b.id into closed
  from (select distinct backfill_id from changed) c
  join refill.backfill b on b.id = c.backfill_id
  where b.finished_at is not null
  limit 1;
  if closed is not null then
    raise check_violation using
      constraint = tg_name,
      message = format('backfill %s is closed: no run can be added to its ledger, or removed from it', closed);
  end if;
  return null;
end $$;

create trigger run_joins_only_an_open_backfill after insert on refill.run
  referencing new table as changed
  for each statement execute function refill.keep_the_closed_ledger();

create trigger run_leaves_only_an_open_backfill after delete on refill.run
  referencing old table as changed
  for each statement execute function refill.keep_the_closed_ledger();

-- The attempts that did not simply succeed: a run that is completed at once needs none, its own row tells all.
create table refill.run_attempt (
  run_id uuid not null references refill.run (id),
  claim_token bigint not null,
  generation integer not null,
  attempt integer not null,
  worker text not null,
  began_at timestamptz,
  ended_at timestamptz not null default now(),
  became text not null, -- the run's status after it; Starting: to be tried again
  error jsonb,
  primary key (run_id, claim_token),

  constraint run_attempt_became_is_known check (
    became in ('Starting', 'Failed', 'FailedRetryable', 'TimedOut', 'Cancelled', 'Terminated')
  ),
  constraint run_attempt_is_positive check (attempt > 0 and generation > 0)
);

--------------------------------------------------------------------------------------------------------------------------
-- The tally of runs
--------------------------------------------------------------------------------------------------------------------------

-- How many runs stand where. Kept by triggers in the transaction that changes a run, so it always equals the ledger.
-- Spread over 64 rows a backfill, so that lanes closing runs at once do not queue for one.
create table refill.run_tally (
  backfill_id uuid not null references refill.backfill (id),
  shard smallint not null,
  starting bigint not null default 0,
  running bigint not null default 0,
  completed bigint not null default 0,
  empty bigint not null default 0,
  failed bigint not null default 0,
  failed_retryable bigint not null default 0,
  timed_out bigint not null default 0,
  cancelled bigint not null default 0,
  terminated bigint not null default 0,
  records bigint not null default 0,
  bytes bigint not null default 0,
  changed_at timestamptz not null default now(),
  primary key (backfill_id, shard),

  constraint run_tally_is_not_negative check (
    starting >= 0 and running >= 0 and completed >= 0 and empty >= 0 and failed >= 0 and failed_retryable >= 0
    and timed_out >= 0 and cancelled >= 0 and terminated >= 0 and records >= 0 and bytes >= 0
  )
) with (fillfactor = 50);

create function refill.tally_inserted_runs() returns trigger language plpgsql as $$
begin
  insert into refill.run_tally as tally (
    backfill_id, shard, starting, running, completed, empty, failed, failed_retryable, timed_out, cancelled, terminated,
    records, bytes
  )
  select
    backfill_id, ordinal & 63,
    count(*) filter (where status = 'Starting'),
    count(*) filter (where status = 'Running'),
    count(*) filter (where status = 'Completed'),
    count(*) filter (where skip_reason is not null),
    count(*) filter (where status = 'Failed'),
    count(*) filter (where status = 'FailedRetryable'),
    count(*) filter (where status = 'TimedOut'),
    count(*) filter (where status = 'Cancelled'),
    count(*) filter (where status = 'Terminated'),
    coalesce(sum(records_completed), 0),
    coalesce(sum(bytes_exported), 0)
  from inserted
  where backfill_id is not null
  group by 1, 2
  order by 1, 2
  on conflict (backfill_id, shard) do update set
    starting = tally.starting + excluded.starting,
    running = tally.running + excluded.running,
    completed = tally.completed + excluded.completed,
    empty = tally.empty + excluded.empty,
    failed = tally.failed + excluded.failed,
    failed_retryable = tally.failed_retryable + excluded.failed_retryable,
    timed_out = tally.timed_out + excluded.timed_out,
    cancelled = tally.cancelled + excluded.cancelled,
    terminated = tally.terminated + excluded.terminated,
    records = tally.records + excluded.records,
    bytes = tally.bytes + excluded.bytes,
    changed_at = now();
  return null;
end $$;

create trigger run_inserted_is_tallied after insert on refill.run
  referencing new table as inserted
  for each statement execute function refill.tally_inserted_runs();

-- Moves runs from where they stood to where they stand. Shards are locked in one order, so no two statements deadlock.
create function refill.tally_changed_runs() returns trigger language plpgsql as $$
begin
  with change as (
    select -1 as n, backfill_id, ordinal, status, skip_reason, records_completed, bytes_exported from before_change
    union all
    select 1 as n, backfill_id, ordinal, status, skip_reason, records_completed, bytes_exported from after_change
  ), delta as (
    select
      backfill_id, (ordinal & 63)::smallint as shard,
      coalesce(sum(n) filter (where status = 'Starting'), 0) as starting,
      coalesce(sum(n) filter (where status = 'Running'), 0) as running,
      coalesce(sum(n) filter (where status = 'Completed'), 0) as completed,
      coalesce(sum(n) filter (where skip_reason is not null), 0) as empty,
      coalesce(sum(n) filter (where status = 'Failed'), 0) as failed,
      coalesce(sum(n) filter (where status = 'FailedRetryable'), 0) as failed_retryable,
      coalesce(sum(n) filter (where status = 'TimedOut'), 0) as timed_out,
      coalesce(sum(n) filter (where status = 'Cancelled'), 0) as cancelled,
      coalesce(sum(n) filter (where status = 'Terminated'), 0) as terminated,
      coalesce(sum(n * records_completed), 0) as records,
      coalesce(sum(n * bytes_exported), 0) as bytes
    from change
    where backfill_id is not null
    group by 1, 2
  ), locked as (
    select tally.backfill_id, tally.shard
    from refill.run_tally tally
    join delta using (backfill_id, shard)
    order by 1, 2
    for update of tally
  )
  update refill.run_tally tally set
    starting = tally.starting + delta.starting,
    running = tally.running + delta.running,
    completed = tally.completed + delta.completed,
    empty = tally.empty + delta.empty,
    failed = tally.failed + delta.failed,
    failed_retryable = tally.failed_retryable + delta.failed_retryable,
    timed_out = tally.timed_out + delta.timed_out,
    cancelled = tally.cancelled + delta.cancelled,
    terminated = tally.terminated + delta.terminated,
    records = tally.records + delta.records,
    bytes = tally.bytes + delta.bytes,
    changed_at = now()
  from delta
  join locked using (backfill_id, shard)
  where tally.backfill_id = delta.backfill_id and tally.shard = delta.shard;
  return null;
end $$;

create trigger run_changed_is_tallied after update on refill.run
  referencing old table as before_change new table as after_change
  for each statement execute function refill.tally_changed_runs();

create function refill.tally_deleted_runs() returns trigger language plpgsql as $$
begin
  with delta as (
    select
      backfill_id, (ordinal & 63)::smallint as shard,
      count(*) filter (where status = 'Starting') as starting,
      count(*) filter (where status = 'Running') as running,
      count(*) filter (where status = 'Completed') as completed,
      count(*) filter (where skip_reason is not null) as empty,
      count(*) filter (where status = 'Failed') as failed,
      count(*) filter (where status = 'FailedRetryable') as failed_retryable,
      count(*) filter (where status = 'TimedOut') as timed_out,
      count(*) filter (where status = 'Cancelled') as cancelled,
      count(*) filter (where status = 'Terminated') as terminated,
      coalesce(sum(records_completed), 0) as records,
      coalesce(sum(bytes_exported), 0) as bytes
    from deleted
    where backfill_id is not null
    group by 1, 2
  ), locked as (
    select tally.backfill_id, tally.shard
    from refill.run_tally tally
    join delta using (backfill_id, shard)
    order by 1, 2
    for update of tally
  )
  update refill.run_tally tally set
    starting = tally.starting - delta.starting,
    running = tally.running - delta.running,
    completed = tally.completed - delta.completed,
    empty = tally.empty - delta.empty,
    failed = tally.failed - delta.failed,
    failed_retryable = tally.failed_retryable - delta.failed_retryable,
    timed_out = tally.timed_out - delta.timed_out,
    cancelled = tally.cancelled - delta.cancelled,
    terminated = tally.terminated - delta.terminated,
    records = tally.records - delta.records,
    bytes = tally.bytes - delta.bytes,
    changed_at = now()
  from delta
  join locked using (backfill_id, shard)
  where tally.backfill_id = delta.backfill_id and tally.shard = delta.shard;
  return null;
end $$;

create trigger run_deleted_is_tallied after delete on refill.run
  referencing old table as deleted
  for each statement execute function refill.tally_deleted_runs();

-- A closed backfill's total is the sum of what its runs completed, and Completed means that every planned run did and
-- that there is no other. No statement can claim it otherwise.
create function refill.hold_closing_to_the_ledger() returns trigger language plpgsql as $$
declare
  ledger record;
begin
  select
    coalesce(sum(completed), 0) as completed,
    coalesce(sum(starting + running + failed + failed_retryable + timed_out + cancelled + terminated), 0) as others,
    coalesce(sum(records), 0) as records
  into ledger
  from refill.run_tally where backfill_id = new.id;
  if ledger.records is distinct from new.total_records then
    raise check_violation using
      constraint = 'backfill_closes_with_the_sum_of_its_runs',
      message = format(
        'backfill %s does not close as %s: its runs completed %s records where %s are claimed',
        new.id, new.status, ledger.records, coalesce(new.total_records::text, 'none')
      );
  end if;
  if new.status = 'Completed' and (ledger.completed <> new.total_runs or ledger.others > 0) then
    raise check_violation using
      constraint = 'backfill_completes_only_when_its_ledger_adds_up',
      message = format(
        'backfill %s is not Completed: of %s planned runs %s completed, and %s stand otherwise',
        new.id, new.total_runs, ledger.completed, ledger.others
      );
  end if;
  return new;
end $$;

create trigger backfill_closes_only_when_its_ledger_adds_up before insert or update on refill.backfill
  for each row when (new.finished_at is not null)
  execute function refill.hold_closing_to_the_ledger();

--------------------------------------------------------------------------------------------------------------------------
-- Claims
--------------------------------------------------------------------------------------------------------------------------

-- Who may write the output of an interval: one row an interval, shared by all backfills and live runs of the export.
-- The token grows with every claim, and publishing checks it under this row's lock.
create table refill.interval_claim (
  batch_export_id uuid not null references refill.batch_export (id),
  data_interval_start timestamptz not null,
  data_interval_end timestamptz not null,
  token bigint not null,
  run_id uuid, -- the run that holds the claim, or null
  staged jsonb not null default '[]', -- what claims may have staged and not published: destroyed by the next claimer
  published jsonb, -- {"identity", "run", "token", "keys"} of what stands at the destination
  primary key (batch_export_id, data_interval_start, data_interval_end),

  constraint interval_claim_interval_is_not_empty check (data_interval_end > data_interval_start),
  constraint interval_claim_token_is_positive check (token > 0)
);

create trigger interval_claim_token_never_falls before update of token on refill.interval_claim
  for each row when (new.token < old.token)
  execute function refill.refuse('the token of a claim never goes down: publishing is fenced by it');

--------------------------------------------------------------------------------------------------------------------------
-- Verifications
--------------------------------------------------------------------------------------------------------------------------

-- A verification: a look at everything that a backfill's completed runs recorded, and what differs from it now.
create table refill.verification (
  id uuid primary key,
  backfill_id uuid not null references refill.backfill (id),
  deep boolean not null,
  status text not null default 'Running',
  total_runs integer not null, -- completed when it was asked for
  checked_through integer not null default -1, -- the highest ordinal looked at: where the next worker goes on
  checked_runs integer not null default 0,
  superseded_runs integer not null default 0, -- of the checked: a later run wrote their interval, and answers for it
  differing_runs integer not null default 0,
  findings integer not null default 0,
  failure jsonb,
  requested_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,

  constraint verification_status_is_known check (status in ('Running', 'Completed', 'Failed', 'Cancelled')),
  constraint verification_is_finished_when_closed check ((finished_at is null) = (status = 'Running')),
  constraint verification_fails_with_its_error check ((status = 'Failed') = (failure is not null)),
  constraint verification_counts_add_up check (
    checked_through >= -1 and total_runs >= 0 and superseded_runs between 0 and checked_runs
    and differing_runs between 0 and checked_runs and findings >= differing_runs
  )
);

create unique index verification_is_alone_at_its_backfill on refill.verification (backfill_id) where finished_at is null;
create index verification_by_backfill on refill.verification (backfill_id, created_at);

-- One thing that differs. What was recorded and what was found, as JSON; null: nothing.
create table refill.finding (
  verification_id uuid not null references refill.verification (id),
  ordinal integer not null,
  number integer not null, -- among the findings of the run
  kind text not null,
  key text,
  expected jsonb,
  actual jsonb,
  primary key (verification_id, ordinal, number),

  constraint finding_kind_is_known check (kind in ('count', 'missing', 'changed', 'extra', 'rows')),
  constraint finding_names_its_object check ((key is null) = (kind in ('count', 'rows')))
);

--------------------------------------------------------------------------------------------------------------------------
-- Access
--------------------------------------------------------------------------------------------------------------------------

-- Keys of the REST API. A key is shown once; here stands only what it takes to recognise it.
create table refill.api_key (
  id uuid primary key default gen_random_uuid(),
  team integer not null,
  name text not null,
  scopes text[] not null,
  secret_sha256 text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,

  constraint api_key_name_is_well_formed check (name ~ '^[[:print:]]{1,100}$'),
  constraint api_key_scopes_are_known check (
    cardinality(scopes) > 0 and scopes <@ array['batch_export:read', 'batch_export:write']
  ),
  constraint api_key_secret_is_hashed check (secret_sha256 ~ '^[0-9a-f]{64}$')
);

create index api_key_by_team on refill.api_key (team, created_at);

-- Sessions of the page. The browser holds a token of each, the ledger its hash: a key never leaves the form it was typed in.
create table refill.api_session (
  token_sha256 text primary key,
  api_key_id uuid not null references refill.api_key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,

  constraint api_session_token_is_hashed check (token_sha256 ~ '^[0-9a-f]{64}$'),
  constraint api_session_ends_after_its_beginning check (expires_at > created_at)
);

create index api_session_by_end on refill.api_session (expires_at);
