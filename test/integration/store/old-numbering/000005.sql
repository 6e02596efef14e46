-- Live control, the policy on failures, and the story of each run.

-- What operators ask of an open backfill. Each command raises the version, so that no message about it can be taken for
-- a newer one; `control_delivered` is the version that Temporal holds.
alter table refill.backfill
  add column stop_after integer not null default 5, -- runs failing alike in a row; 0: never
  add column pause_from integer not null default 100, -- pauses only while at least so many runs are open
  add column pause_cause text,
  add column paused_reason text,
  add column cancel_mode text,
  add column control_version integer not null default 0,
  add column control_delivered integer not null default 0;

update refill.backfill set cancel_mode = 'stop' where cancel_requested_at is not null;
update refill.backfill set pause_cause = 'operator' where paused_at is not null;

alter table refill.backfill
  add constraint backfill_stop_after_is_not_negative check (stop_after >= 0 and pause_from >= 0),
  add constraint backfill_pause_has_its_cause check (
    (paused_at is null) = (pause_cause is null) and pause_cause in ('operator', 'concurrency', 'failures')
    and (paused_reason is null or paused_at is not null)
  ),
  add constraint backfill_cancel_has_its_mode check (
    (cancel_requested_at is null) = (cancel_mode is null) and cancel_mode in ('drain', 'stop', 'abort')
  ),
  add constraint backfill_control_is_delivered_after_it_is_written check (
    control_delivered between 0 and control_version
  );

-- A window of N has the slots 0 to N - 1, each held by one run at most: that is how no worker ever runs more than N.
alter table refill.run
  add column slot smallint,
  add column claimed_at timestamptz; -- when the latest attempt began

update refill.run set slot = place.slot
from (
  select id, row_number() over (partition by backfill_id order by ordinal) - 1 as slot
  from refill.run where status = 'Running'
) place
where run.id = place.id;

alter table refill.run
  add constraint run_slot_is_in_the_widest_window check (slot between 0 and 499),
  add constraint run_at_work_holds_a_slot check (status <> 'Running' or backfill_id is null or slot is not null);

create unique index run_slot_is_held_by_one_run on refill.run (open_backfill_id, slot) where status = 'Running';

-- Errors that differ only in names, numbers and times have one fingerprint.
create function refill.error_fingerprint(error jsonb) returns text language sql immutable parallel safe
return (error ->> 'code') || ': ' || regexp_replace(
  error ->> 'message',
  '"[^"]*"|[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}|[0-9]+([-T:.][0-9]+)*Z?',
  '#',
  'g'
);

-- How many of a backfill's runs, in the order of their closing, have just failed alike.
create table refill.failure_streak (
  backfill_id uuid primary key references refill.backfill (id),
  fingerprint text not null,
  length integer not null,
  constraint failure_streak_length_is_not_negative check (length >= 0)
);

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
