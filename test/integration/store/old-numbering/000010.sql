-- Runs at work at one destination, of however many backfills and schedules, where their definitions cap them. A run at
-- work holds a slot of the place, as it holds one of its window; it is free again when the run is at work no longer.
alter table refill.run
  add column place text,
  add column place_slot smallint;

alter table refill.run
  add constraint run_place_has_a_slot check ((place is null) = (place_slot is null)),
  add constraint run_place_slot_is_in_the_highest_cap check (place_slot between 0 and 499);

create unique index run_place_slot_is_held_by_one_run on refill.run (place, place_slot) where status = 'Running';
