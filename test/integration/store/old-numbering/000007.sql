-- What a backfill's workers finished lately, without a look at all of its runs: throughput is asked for twice a second.
create index run_exported on refill.run (backfill_id, finished_at) where attempt > 0 and finished_at is not null;
