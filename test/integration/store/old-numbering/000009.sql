-- What becomes of a backfill that overlaps an open one. A trimmed one takes what was free when it was asked for.
alter table refill.backfill
  add column overlap text not null default 'refuse',
  add column within_ranges tstzmultirange,
  -- The order in which an export's backfills were opened: given out under the lock that admits them.
  add column place integer not null default 0;

-- The time that a backfill holds against others of its export while it is open.
alter table refill.backfill
  add column reach tstzmultirange not null generated always as (
    coalesce(within_ranges, tstzmultirange(tstzrange(start_at, range_end)))
  ) stored;

alter table refill.backfill
  add constraint backfill_overlap_is_known check (overlap in ('refuse', 'trim', 'queue')),
  add constraint backfill_is_trimmed_to_what_was_free check (
    (overlap = 'trim') = (within_ranges is not null) and not isempty(within_ranges)
    and within_ranges <@ tstzmultirange(tstzrange(start_at, range_end))
  );

create trigger backfill_keeps_its_reach
  before update of overlap, within_ranges on refill.backfill
  for each row when ((old.overlap, old.within_ranges) is distinct from (new.overlap, new.within_ranges))
  execute function refill.refuse('a backfill keeps what it was trimmed to, or queued for');
