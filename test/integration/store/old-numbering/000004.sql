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
