-- Refill's ledger. Every invariant that SQL can hold is held here, by name.

-- A batch export. Its definitions are kept by version, so that a backfill can pin the one it was made from.
create table refill.batch_export (
  id uuid primary key default gen_random_uuid(),
  team integer not null,
  name text not null,
  definition_version integer not null,
  created_at timestamptz not null default now(),
  last_updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint batch_export_name_is_well_formed check (name ~ '^[A-Za-z0-9._ -]{1,100}$')
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

alter table refill.batch_export
  add constraint batch_export_has_its_current_definition
  foreign key (id, definition_version) references refill.batch_export_definition (batch_export_id, version)
  deferrable initially deferred;

-- A backfill: the request, the state of its workflow, and the pinned plan.
create table refill.backfill (
  id uuid primary key,
  team integer not null,
  batch_export_id uuid not null,
  definition_version integer not null,

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
  adjusted_start_at timestamptz,
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

  constraint backfill_pins_a_definition foreign key (batch_export_id, definition_version)
    references refill.batch_export_definition (batch_export_id, version),
  constraint backfill_status_is_known check (status in (
    'Cancelled', 'Completed', 'ContinuedAsNew', 'Failed', 'FailedRetryable', 'Terminated', 'TimedOut', 'Running', 'Starting'
  )),
  constraint backfill_is_finished_when_closed check (
    (finished_at is null) = (status in ('Starting', 'Running', 'ContinuedAsNew'))
  ),
  constraint backfill_completes_only_with_a_plan check (status <> 'Completed' or planned_at is not null),
  constraint backfill_failure_belongs_to_a_bad_end check (failure is null or status in ('Failed', 'FailedRetryable', 'Terminated', 'TimedOut', 'Cancelled')),
  constraint backfill_plan_is_whole check (
    (planned_at is null) = (total_runs is null) and (planned_at is null) = (plan_digest is null)
    and (planned_at is not null or adjusted_start_at is null)
  ),
  constraint backfill_range_is_not_empty check (start_at is null or range_end > start_at),
  constraint backfill_range_is_finite check (isfinite(range_end) and isfinite(start_at) and isfinite(adjusted_start_at)),
  constraint backfill_range_ends_where_asked check (end_at is null or range_end = end_at),
  constraint backfill_order_is_known check (run_order in ('oldest', 'newest')),
  constraint backfill_concurrency_is_bounded check (concurrency between 0 and 500),
  constraint backfill_total_runs_is_bounded check (total_runs between 0 and 5000000),
  constraint backfill_counts_are_not_negative check (total_records >= 0 and estimated_records >= 0),
  constraint backfill_generation_is_positive check (generation > 0 and execution_index >= 0),
  constraint backfill_time_limit_is_positive check (time_limit_ms > 0),
  constraint backfill_is_known_with_its_export unique (id, batch_export_id)
);

create index backfill_by_export on refill.backfill (batch_export_id, created_at);
create index backfill_by_team on refill.backfill (team, created_at);
create index backfill_open on refill.backfill (team, batch_export_id) where open_id is not null;

-- One row per planned run: the ledger. Numbered from 0 in the order of export.
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

  open_backfill_id uuid generated always as (
    case when status in ('Starting', 'Running') then backfill_id end
  ) stored,

  constraint run_interval_is_not_empty check (data_interval_end > data_interval_start),
  constraint run_interval_is_finite check (isfinite(data_interval_start) and isfinite(data_interval_end)),
  constraint run_ordinal_belongs_to_a_backfill check ((ordinal is null) = (backfill_id is null) and ordinal >= 0),
  constraint run_ordinal_is_unique_in_its_backfill unique (backfill_id, ordinal),
  constraint run_interval_is_unique_in_its_backfill unique (backfill_id, data_interval_start),
  constraint run_status_is_known check (status in (
    'Starting', 'Running', 'Completed', 'Failed', 'FailedRetryable', 'TimedOut', 'Cancelled', 'Terminated'
  )),
  constraint run_is_finished_when_closed check ((finished_at is null) = (status in ('Starting', 'Running'))),
  constraint run_at_work_holds_a_claim check (status <> 'Running' or (claim_token is not null and started_at is not null)),
  constraint run_completes_with_its_counts check (
    status <> 'Completed' or (records_completed is not null and bytes_exported is not null and files is not null)
  ),
  constraint run_counts_only_what_it_completed check (status = 'Completed' or records_completed is null),
  constraint run_fails_with_its_error check (status not in ('Failed', 'FailedRetryable', 'TimedOut') or latest_error is not null),
  constraint run_is_skipped_without_records check (skip_reason is null or (status = 'Completed' and records_completed = 0)),
  constraint run_counts_are_not_negative check (
    attempt >= 0 and records_expected >= 0 and records_completed >= 0 and bytes_exported >= 0
  ),
  constraint run_belongs_to_the_export_of_its_backfill
    foreign key (backfill_id, batch_export_id) references refill.backfill (id, batch_export_id),
  constraint run_is_open_only_in_an_open_backfill foreign key (open_backfill_id) references refill.backfill (open_id)
);

create index run_open on refill.run (open_backfill_id, ordinal) where open_backfill_id is not null;
create index run_by_export on refill.run (batch_export_id, data_interval_start);
create index run_failed on refill.run (backfill_id, ordinal)
  where status in ('Failed', 'FailedRetryable', 'TimedOut');

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

create trigger run_inserted_is_tallied after insert on refill.run
  referencing new table as inserted
  for each statement execute function refill.tally_inserted_runs();

create trigger run_changed_is_tallied after update on refill.run
  referencing old table as before_change new table as after_change
  for each statement execute function refill.tally_changed_runs();

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

-- What was written once stays written. The conditions stand on the triggers, so an allowed statement pays next to nothing.
create function refill.refuse() returns trigger language plpgsql as $$
begin
  raise check_violation using
    constraint = tg_name, schema = tg_table_schema, table = tg_table_name, message = tg_argv[0];
end $$;

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
  after update of status, records_completed, bytes_exported, files on refill.run
  for each row when (
    old.finished_at is not null and (old.status = 'Completed' or new.finished_at is not null)
    and (old.status, old.records_completed, old.bytes_exported, old.files)
    is distinct from (new.status, new.records_completed, new.bytes_exported, new.files)
  )
  execute function refill.refuse('a closed run changes only by being reopened, and a completed one never');

create trigger backfill_keeps_its_request
  before update of id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, created_at
  on refill.backfill
  for each row when (
    (old.id, old.team, old.batch_export_id, old.definition_version, old.start_at, old.end_at, old.range_end, old.run_order, old.created_at)
    is distinct from
    (new.id, new.team, new.batch_export_id, new.definition_version, new.start_at, new.end_at, new.range_end, new.run_order, new.created_at)
  )
  execute function refill.refuse('a backfill keeps the request that it was made from');

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

create trigger definition_is_never_rewritten before update on refill.batch_export_definition
  for each row execute function refill.refuse('a definition is kept as it was: write the next version');

-- Who may write the output of an interval: one row an interval, shared by all backfills and live runs of the export.
-- The token grows with every claim, and publishing checks it under this row's lock.
create table refill.interval_claim (
  batch_export_id uuid not null references refill.batch_export (id),
  data_interval_start timestamptz not null,
  data_interval_end timestamptz not null,
  token bigint not null,
  run_id uuid, -- the run at work, or null
  staged jsonb not null default '[]', -- what claims may have staged and not published: destroyed by the next claimer
  published jsonb, -- {"identity", "run", "token", "keys"} of what stands at the destination
  primary key (batch_export_id, data_interval_start, data_interval_end),
  constraint interval_claim_interval_is_not_empty check (data_interval_end > data_interval_start),
  constraint interval_claim_token_is_positive check (token > 0)
);

create trigger interval_claim_token_never_falls before update of token on refill.interval_claim
  for each row when (new.token < old.token)
  execute function refill.refuse('the token of a claim never goes down: publishing is fenced by it');

-- What operators asked of a backfill: the intent, written before any message is sent, and the audit trail after.
create table refill.command (
  id uuid primary key,
  backfill_id uuid not null references refill.backfill (id),
  kind text not null,
  arguments jsonb not null default '{}',
  reason text,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  constraint command_kind_is_known check (kind in ('start', 'cancel', 'pause', 'resume', 'set-concurrency', 'retry'))
);

create index command_by_backfill on refill.command (backfill_id, requested_at);
