-- Schedules: an export's intervals, each as it closes. The ledger holds what is asked; Temporal's Schedule is a mirror of
-- it, and `mirrored_revision` the revision that Temporal is known to have.
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

-- A live run belongs to a schedule in place of a backfill. It pins the definition that was current at its firing.
alter table refill.run
  add column schedule_id uuid references refill.schedule (id),
  add column definition_version integer,
  add column fired_for timestamptz, -- the nominal time of its firing
  add column is_lookback boolean not null default false,
  add constraint run_belongs_to_a_backfill_or_a_schedule check ((backfill_id is null) = (schedule_id is not null)),
  add constraint run_of_a_schedule_is_pinned check (
    (schedule_id is null) = (definition_version is null) and (schedule_id is null) = (fired_for is null)
    and (schedule_id is not null or not is_lookback)
  ),
  add constraint run_pins_a_definition foreign key (batch_export_id, definition_version)
    references refill.batch_export_definition (batch_export_id, version);

-- Firings overlap and repeat: an interval waits for one live run at a time, and a firing asks for an interval once.
create unique index run_live_waits_once on refill.run (schedule_id, data_interval_start)
  where schedule_id is not null and status in ('Starting', 'Running');
create unique index run_live_is_asked_for_once on refill.run (schedule_id, data_interval_start, fired_for)
  where schedule_id is not null;
create unique index run_live_slot_is_held_by_one_run on refill.run (schedule_id, slot)
  where schedule_id is not null and status = 'Running';
