-- Most runs have no place, and are not to be entered among the slots of one at each claim.
drop index refill.run_place_slot_is_held_by_one_run;
create unique index run_place_slot_is_held_by_one_run on refill.run (place, place_slot)
  where status = 'Running' and place is not null;
