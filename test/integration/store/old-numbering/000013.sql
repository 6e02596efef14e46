-- A backfill may take a newer definition for the runs that it has not completed. Those that it has keep theirs: a run that
-- was begun after such a change names its definition, and one without was begun under the backfill's first.
alter table refill.backfill
  add column repinned_from integer, -- the definition that it was started with; null: it still pins that
  add constraint backfill_is_repinned_to_a_newer_definition check (repinned_from < definition_version);

alter table refill.run drop constraint run_of_a_schedule_is_pinned;
alter table refill.run add constraint run_of_a_schedule_is_pinned check (
  (schedule_id is null) = (fired_for is null) and (schedule_id is null or definition_version is not null)
  and (schedule_id is not null or not is_lookback)
);

drop trigger backfill_keeps_its_request on refill.backfill;
create trigger backfill_keeps_its_request
  before update of id, team, batch_export_id, start_at, end_at, range_end, run_order, created_at
  on refill.backfill
  for each row when (
    (old.id, old.team, old.batch_export_id, old.start_at, old.end_at, old.range_end, old.run_order, old.created_at)
    is distinct from
    (new.id, new.team, new.batch_export_id, new.start_at, new.end_at, new.range_end, new.run_order, new.created_at)
  )
  execute function refill.refuse('a backfill keeps the request that it was made from');

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

drop trigger run_stays_as_it_closed on refill.run;
create trigger run_stays_as_it_closed
  after update of status, records_completed, bytes_exported, files, definition_version on refill.run
  for each row when (
    old.finished_at is not null and (old.status = 'Completed' or new.finished_at is not null)
    and (old.status, old.records_completed, old.bytes_exported, old.files, old.definition_version)
    is distinct from (new.status, new.records_completed, new.bytes_exported, new.files, new.definition_version)
  )
  execute function refill.refuse('a closed run changes only by being reopened, and a completed one never');

-- The definitions that a backfill pinned before the one that it pins now, and the columns that its runs had under them.
create table refill.replaced_pin (
  backfill_id uuid not null references refill.backfill (id),
  definition_version integer not null,
  source_columns jsonb,
  replaced_at timestamptz not null default now(),
  primary key (backfill_id, definition_version)
);

alter table refill.command drop constraint command_kind_is_known;
alter table refill.command add constraint command_kind_is_known check (
  kind in ('start', 'cancel', 'pause', 'resume', 'set-concurrency', 'retry', 'repin')
);
