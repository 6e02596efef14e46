-- Where the data begins in a backfill's range, as its plan found it. It is where the first run starts when a plan takes
-- every interval; a plan of chosen ones may start later, and then the time between is not known to be empty.
alter table refill.backfill
  add column data_start_at timestamptz,
  add column selection text not null default 'all', -- which intervals were asked for
  add column selected_ranges tstzmultirange; -- where it asks for ranges

update refill.backfill set data_start_at = adjusted_start_at where adjusted_start_at is not null;

alter table refill.backfill
  add constraint backfill_data_starts_with_its_plan check (
    (planned_at is not null or data_start_at is null)
    and isfinite(data_start_at) and (adjusted_start_at is null or adjusted_start_at >= data_start_at)
  ),
  add constraint backfill_selection_is_known check (selection in ('all', 'missing', 'failed', 'stale', 'ranges')),
  add constraint backfill_selects_ranges_or_a_state check ((selection = 'ranges') = (selected_ranges is not null));

create trigger backfill_keeps_its_selection
  before update of selection, selected_ranges, data_start_at on refill.backfill
  for each row when (
    (old.selection, old.selected_ranges) is distinct from (new.selection, new.selected_ranges)
    or (old.planned_at is not null and old.data_start_at is distinct from new.data_start_at)
  )
  execute function refill.refuse('a backfill keeps what it was asked to run, and what its plan found');

-- Coverage asks for the live runs of an export alone.
create index run_live on refill.run (batch_export_id, data_interval_start) where backfill_id is null;
