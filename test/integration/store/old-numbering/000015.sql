-- A retry opens runs in pieces: a million at once took half a minute, in one transaction that everything behind it waited for.
-- What is not completed from this ordinal on is still to be opened; null: nothing is.
alter table refill.backfill
  add column reopened_before integer,
  add constraint backfill_reopens_runs_only_while_open
    check (reopened_before is null or (reopened_before >= 0 and planned_at is not null and finished_at is null));
